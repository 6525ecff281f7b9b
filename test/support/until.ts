/** The longest wait in milliseconds. It ends before the limit of a test, so that a failure names the condition. */
const MAX_WAIT_MS = 100_000;

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
  const giveUp = () => Object.assign(error, { message: `Waited ${waitMs / 1000} s in vain until ${what()}` });
  const end = performance.now() + waitMs;
  for (;;) {
    const answer = holds();
    if (typeof answer === "boolean" ? answer : await race(answer, end - performance.now(), giveUp)) return;
    if (performance.now() > end) throw giveUp();
    await Bun.sleep(5);
  }
}

/**
 * Waits for a promise that may never settle.
 *
 * @param what describes what was to happen when the wait was in vain
 */
export async function inTime<Value>(promise: Promise<Value>, what: () => string): Promise<Value> {
  const error = new Error();
  return await race(promise, MAX_WAIT_MS, () =>
    Object.assign(error, { message: `Waited ${MAX_WAIT_MS / 1000} s in vain until ${what()}` }),
  );
}

async function race<Value>(promise: Promise<Value>, waitMs: number, giveUp: () => Error): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(giveUp()), waitMs);
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function sourceOf(holds: () => unknown): string {
  return holds.toString().replace(/^(async )?\(\) => /, "");
}
