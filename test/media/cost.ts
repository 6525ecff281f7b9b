import { AppError } from "../../src/core/errors.ts";
import { inspectFile } from "../../src/media/inspect.ts";

/** The code with which a file is refused, or null for one that is accepted. */
export async function codeOf(path: string): Promise<string | null> {
  try {
    await inspectFile(path);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** The CPU time that this process spends on something. */
export async function cpuSeconds(what: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await what();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
