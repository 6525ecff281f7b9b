import type { Readable } from "node:stream";
import { lowerFirst } from "../../core/lower_first.ts";
import { BODY_PACE, type BodyPace, readBody } from "./body_pace.ts";
import {
  badForm,
  connectionClosed,
  feed,
  fileTooLarge,
  invalidField,
  MAX_FIELDS,
  MAX_NAME_LENGTH,
  MAX_OVERHEAD_BYTES,
  MAX_VALUE_BYTES,
  openFormParser,
} from "./form_parser.ts";

/** The file of a form, while it arrives. */
export interface MultipartFile {
  /** The sender's file name, without directories; null when there is none. */
  filename: string | null;
  /** The sender's content type; not trusted. */
  contentType: string;
  /** The bytes as they arrive, with backpressure on the sender. Fails when the form is cut off or too large. */
  stream: AsyncIterable<Uint8Array>;
}

/** Options for receiving a form with one file. */
export interface MultipartOptions<T extends Disposable> {
  /** Stores the file. Its result is disposed when a later part of the form is invalid. */
  onFile: (file: MultipartFile) => Promise<T>;
  maxFileBytes: number;
  /** The name of the file's field. Default: `file`. */
  fileField?: string;
  /** Aborts with the signal's reason, as after a time limit. */
  signal?: AbortSignal;
  /** The least pace of the sender; a slower one is rejected. */
  pace?: BodyPace;
}

/** Every text field with its values in order (no prototype), and the stored file; null without one. */
export interface MultipartForm<T> {
  fields: Record<string, string[]>;
  file: T;
}

/**
 * Reads `multipart/form-data` (RFC 7578) with exactly one file, in constant memory: the fields may stand before or
 * after it.
 *
 * @throws {AppError} `unsupported_media_type` for another content type; `bad_request` for a form that is malformed, cut
 *   off or has too many parts; `request_timeout` for a sender that is too slow; `validation_failed` for a missing,
 *   second or misnamed file or a field that is too long; `asset_too_large`, `body_too_large`
 * @throws the errors of `onFile`
 */
export async function readMultipart<T extends Disposable>(
  request: Request,
  options: MultipartOptions<T>,
): Promise<MultipartForm<T>> {
  const { fields, file } = await readForm(request, options);
  if (file === null) throw invalidField(options.fileField ?? "file", "must be a file");
  return { fields, file };
}

/**
 * Reads a form as {@linkcode readMultipart} does, but the file may be missing.
 *
 * @throws as {@linkcode readMultipart}
 */
export async function readForm<T extends Disposable>(
  request: Request,
  options: MultipartOptions<T>,
): Promise<MultipartForm<T | null>> {
  const { maxFileBytes, fileField = "file", signal, pace = BODY_PACE } = options;
  const parser = openFormParser(request);
  if (Number(request.headers.get("content-length")) > maxFileBytes + MAX_OVERHEAD_BYTES)
    throw fileTooLarge(maxFileBytes);
  if (request.body === null) throw badForm("the body is empty");

  const fields: Record<string, string[]> = Object.create(null);
  let file: Promise<T | null> | undefined;
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  const fail = failure.reject;
  const onAbort = () => fail(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });

  parser.on("error", (error) => fail(badForm(error instanceof Error ? lowerFirst(error.message) : "it is malformed")));
  parser.on("partsLimit", () => fail(badForm(`it has more than ${MAX_FIELDS} parts`)));
  parser.on("filesLimit", () => fail(invalidField(fileField, "must be one file")));
  parser.on("field", (name, value, { valueTruncated }) => {
    // The types promise a name, but a part may come without one.
    if (typeof name !== "string" || name.length > MAX_NAME_LENGTH)
      return fail(badForm("a part's name is missing or too long"));
    if (valueTruncated) return fail(invalidField(name, `must have at most ${MAX_VALUE_BYTES} bytes`));
    fields[name] = [...(fields[name] ?? []), value];
  });
  parser.on("file", (name, stream, { filename, mimeType }) => {
    // A form that is cut off fails the stream too; its reader handles that, and there may be no reader.
    stream.on("error", () => {});
    if (name !== fileField) {
      stream.resume();
      return fail(
        invalidField(String(name).slice(0, MAX_NAME_LENGTH), `must not be a file; the file's field is '${fileField}'`),
      );
    }
    file = receive(stream, { filename: filename || null, contentType: mimeType }, options);
    file.catch(fail);
  });

  const reader = request.body.getReader();
  try {
    await Promise.race([
      failure.promise,
      feed(parser, readBody(reader, "form", pace), maxFileBytes + MAX_OVERHEAD_BYTES),
    ]);
    return { fields, file: file === undefined ? null : await Promise.race([failure.promise, file]) };
  } catch (error) {
    parser.destroy();
    reader.cancel().catch(() => {});
    // The file's reader ends now too: wait for it, so that nothing of the upload is left when the error is answered.
    (await file?.catch(() => undefined))?.[Symbol.dispose]();
    // The consumer of the file may have seen the closed connection first, by the request's own signal.
    throw request.signal.aborted && error === request.signal.reason ? connectionClosed() : error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

async function receive<T extends Disposable>(
  source: Readable,
  about: Omit<MultipartFile, "stream">,
  { onFile, maxFileBytes }: MultipartOptions<T>,
): Promise<T | null> {
  let received = 0;
  async function* stream() {
    // Not destroyed on an early return, because the rest of the form must still be read.
    const chunks: AsyncIterable<Uint8Array> = source.iterator({ destroyOnReturn: false });
    for await (const chunk of chunks) {
      received += chunk.byteLength;
      if (received > maxFileBytes) throw fileTooLarge(maxFileBytes);
      yield chunk;
    }
  }
  try {
    const stored = await onFile({ ...about, stream: stream() });
    // A browser sends this when no file was chosen.
    if (received === 0 && about.filename === null) {
      stored[Symbol.dispose]();
      return null;
    }
    return stored;
  } catch (error) {
    throw source.errored ? badForm(lowerFirst(source.errored.message)) : error;
  } finally {
    source.resume();
  }
}
