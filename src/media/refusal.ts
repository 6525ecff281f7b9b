import { AppError } from "../errors.ts";

/** A file of a known format that cannot be read: truncated, damaged or over a limit. `why` carries no inner text. */
export function unreadable(what: string, why = "it is truncated or damaged"): AppError {
  return new AppError("media_unreadable", `Cannot read the ${what}: ${why}`);
}

/** A file whose content is not one of the 19 formats; `what` names what it is instead. */
export function unsupported(what: string): AppError {
  return new AppError("unsupported_media_type", `Cannot use the file: it is ${what}, which is not a supported format`);
}
