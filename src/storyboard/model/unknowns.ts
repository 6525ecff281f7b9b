/** The value as a record of unknowns; an empty one for what is no object. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** The value as a count; 0 for what is none. */
export function integerOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** The error itself or the first of its causes that is of the class: SDKs wrap what their `fetch` throws. */
export function causationOf<T extends Error>(
  error: unknown,
  kind: abstract new (...args: never[]) => T,
): T | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    if (current instanceof kind) return current;
  }
  return undefined;
}
