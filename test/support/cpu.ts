/** The CPU time that this thread takes for something that is done at once, in milliseconds. */
export function cpuOf(action: () => unknown): number {
  const before = process.threadCpuUsage();
  action();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** The longest that anything may keep the event loop from everybody else, in milliseconds of CPU. */
export const MAX_STALL_MS = 250;
