import busboy from "busboy";
import { AppError } from "../../core/errors.ts";
import { sizeLimit } from "../../core/size_limit.ts";

/** The most parts of a form, fields and file together. */
export const MAX_FIELDS = 64;
/** The most characters of a field's name. */
export const MAX_NAME_LENGTH = 100;
/** The most bytes of a field's value. */
export const MAX_VALUE_BYTES = 64 * 1024;
/** The most bytes of all fields, headers and boundaries, without the file. */
export const MAX_OVERHEAD_BYTES = 1024 * 1024;

/** True for a request that sends a form that can have a file. */
export function isForm({ headers }: Request): boolean {
  return /^multipart\/form-data\s*(;|$)/i.test(headers.get("content-type") ?? "");
}

/**
 * Creates a parser for the form of a request.
 *
 * @throws {AppError} `unsupported_media_type` when it is no form; `bad_request` without a boundary
 */
export function openFormParser(request: Request): busboy.Busboy {
  const contentType = request.headers.get("content-type") ?? "";
  if (!isForm(request)) {
    throw new AppError("unsupported_media_type", "Cannot read the form: its content type is not multipart/form-data");
  }
  try {
    return busboy({
      headers: { "content-type": contentType },
      defParamCharset: "utf8",
      // The parser fails *at* a limit, so each is one more than is allowed.
      limits: { files: 1, parts: MAX_FIELDS + 1, fieldSize: MAX_VALUE_BYTES + 1 },
    });
  } catch {
    throw badForm("its content type has no usable boundary");
  }
}

/** Feeds the parser one chunk at a time, and waits until the parser and the reader of the file have consumed it. */
export async function feed(parser: busboy.Busboy, body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<void> {
  let total = 0;
  for await (const value of body) {
    total += value.byteLength;
    if (total > maxBytes)
      throw new AppError("body_too_large", `Cannot read the form: it is larger than ${sizeLimit(maxBytes)}`);
    await new Promise<void>((resolve, reject) => {
      parser.write(value, (error) => (error ? reject(error) : resolve()));
    });
  }
  await new Promise<void>((resolve) => {
    parser.once("close", resolve);
    parser.end();
  });
}

/** The error of a form that cannot be read. */
export function badForm(why: string): AppError {
  return new AppError("bad_request", `Cannot read the form: ${why}`);
}

/** The error of a client that disconnected: it keeps client aborts out of the error log. */
export function connectionClosed(): AppError {
  return badForm("the connection was closed before its end");
}

/** The error of one field or file of the form. */
export function invalidField(path: string, message: string): AppError {
  return new AppError("validation_failed", `Cannot read the form: '${path}' ${message}`, [{ path, message }]);
}

/** The error of a file over the limit. */
export function fileTooLarge(maxBytes: number): AppError {
  return new AppError("asset_too_large", `Cannot store the file: it is larger than ${sizeLimit(maxBytes)}`);
}
