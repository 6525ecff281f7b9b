import { AppError } from "./errors.ts";

/** Codes of system and SQLite errors that report a shortage of this machine, and not a fault of the request. */
const REASONS: Readonly<Record<string, string>> = {
  EMFILE: "the server has too many files open",
  ENFILE: "the server has too many files open",
  ENOMEM: "the server is short of memory",
  EAGAIN: "the server is short of processes or memory",
  ENOBUFS: "the server is short of memory",
  EADDRNOTAVAIL: "the server has too many connections open",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  EFBIG: "the disk is full",
  EIO: "the disk fails",
  EROFS: "the disk refuses to be written",
  SQLITE_FULL: "the disk is full",
  SQLITE_IOERR: "the disk fails",
  SQLITE_NOMEM: "the server is short of memory",
  SQLITE_CANTOPEN: "the server cannot open its files now",
  SQLITE_BUSY: "the database is busy",
  SQLITE_LOCKED: "the database is busy",
  SQLITE_READONLY: "the database refuses to be written",
};

/** Messages of native libraries, whose errors have no code, for the same shortages. */
const SAID: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/out of memory|cannot allocate memory|memory allocation of|(un|fail)\w* to allocate|bad_alloc/i, "ENOMEM"],
  [/too many open files/i, "EMFILE"],
  [/no space left on device/i, "ENOSPC"],
  [/resource temporarily unavailable/i, "EAGAIN"],
];

/** The longest chain of wrapped errors to follow. */
const MAX_CAUSES = 8;

/**
 * The loss of work that may itself be the cause of a shortage: its process was killed or never finished. It is tried
 * again, but not for ever while other work succeeds.
 */
export class LostWork extends AppError {
  constructor(message: string) {
    super("unavailable", message);
  }
}

/** Returns the code of a system or SQLite error, or `undefined`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Returns the shortage that caused an error, for a person; `undefined` for any other error. */
export function shortageOf(error: unknown): string | undefined {
  let inner = error;
  for (let depth = 0; depth < MAX_CAUSES && inner instanceof Error; depth++) {
    const reason = reasonOf(inner);
    if (reason !== undefined) return reason;
    inner = inner.cause;
  }
  return undefined;
}

/**
 * Returns `unavailable` for an error that a shortage caused, which passes; any other error, and an AppError, as it is.
 */
export function asUnavailable(error: unknown, action: string): unknown {
  if (error instanceof AppError) return error;
  const reason = shortageOf(error);
  return reason === undefined ? error : new AppError("unavailable", `Cannot ${action}: ${reason}`);
}

/** Returns `unavailable` for a failed write, whatever its cause: a source file is never at fault for it. */
export function writeError(what: string, error: unknown): AppError {
  const why = shortageOf(error) ?? `the disk refuses it (${errorCode(error) ?? "for an unknown reason"})`;
  return new AppError("unavailable", `Cannot write ${what}: ${why}`);
}

/** Returns true for an error that a shortage of this machine caused, which is no verdict on the request. */
export function isPassing(error: unknown): boolean {
  return error instanceof AppError ? error.code === "unavailable" : shortageOf(error) !== undefined;
}

/** Returns true for a native library's text, such as the last output of a process, that reports a shortage. */
export function namesShortage(text: string): boolean {
  return SAID.some(([pattern]) => pattern.test(text));
}

function reasonOf(error: Error): string | undefined {
  const code = errorCode(error);
  // SQLite refines its codes: SQLITE_IOERR_WRITE, SQLITE_BUSY_SNAPSHOT.
  if (code !== undefined) return REASONS[code] ?? REASONS[code.split("_", 2).join("_")];
  // A RangeError means that a file claims too large a size, however much memory there is.
  if (error instanceof AppError || error instanceof RangeError) return undefined;
  const said = SAID.find(([pattern]) => pattern.test(error.message));
  return said && REASONS[said[1]];
}
