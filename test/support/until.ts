/** The longest wait in milliseconds. It ends before the limit of a test, so that a failure names the condition. */
const MAX_WAIT_MS = 90_000;

/** Options of {@linkcode until}. */
export interface UntilOptions {
  /** The longest wait; more than the default only in a test whose own limit is longer than usual. */
  readonly waitMs?: number;
  /** Describes the condition when the wait was in vain; its source when absent. */
  readonly what?: () => string;
}

/**
 * Waits until a condition holds.
 *
 * @throws with the condition and the line that waited, when it does not hold in time
 *
 * @example
 * ```ts
 * await until(() => origin.open() === 0);
 * ```
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  { waitMs = MAX_WAIT_MS, what = () => sourceOf(holds) }: UntilOptions = {},
): Promise<void> {
  // Made here: the stack of an error that is made after a wait does not name the test.
  const error = new Error();
  const giveUp = () => {
    error.message = `Waited ${waitMs / 1000} s in vain until ${what()}`;
    return error;
  };
  const end = performance.now() + waitMs;
  while (!(await withLimit(holds(), end, giveUp))) {
    if (performance.now() > end) throw giveUp();
    await Bun.sleep(5);
  }
}

/** Rejects when a condition does not answer in time, such as a request to a server that hangs. */
async function withLimit(answer: boolean | Promise<boolean>, end: number, giveUp: () => Error): Promise<boolean> {
  if (typeof answer === "boolean") return answer;
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(giveUp()), end - performance.now());
  return await Promise.race([answer, promise]).finally(() => clearTimeout(timer));
}

function sourceOf(holds: () => unknown): string {
  return holds.toString().replace(/^(async )?\(\) => /, "");
}
