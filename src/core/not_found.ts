import { AppError } from "./errors.ts";

/** Returns the error for an id, or another name, that the owner has nothing for. */
export function notFound(noun: string, why = `no ${noun} has this id`): AppError {
  return new AppError("not_found", `Cannot find this ${noun}: ${why}`);
}

/**
 * Returns what was found.
 *
 * @throws {AppError} `not_found` for undefined and null
 */
export function found<Value>(value: Value | null | undefined, noun: string): Value {
  if (value === undefined || value === null) throw notFound(noun);
  return value;
}
