import type { Transform } from "node:stream";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { AppError } from "../core/errors.ts";
import { tooLarge } from "./response_head.ts";
import type { SourceErrorFactory } from "./source_error.ts";

/** Decoders by the name of their content coding, for a body that begins with certain bytes (RFC 9110, section 8.4.1). */
const DECODERS: Readonly<Record<string, (start: Uint8Array) => Transform>> = {
  gzip: () => createGunzip(),
  "x-gzip": () => createGunzip(),
  deflate: (start) => (isZlib(start) ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
  // RFC 9659: a content coding takes a window of at most 8 MiB.
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
};

/** The most codings of a body; more are never applied by intent. */
const MAX_CODINGS = 3;

/**
 * Returns the codings of a body to undo, in the order in which they were applied.
 *
 * Names that are no codings, such as `aws-chunked` and `utf-8`, are passed over as browsers do: the bytes are plain.
 *
 * @throws {AppError} `source_error` for too many
 */
export function codingsOf(contentEncoding: string | undefined, sourceError: SourceErrorFactory): readonly string[] {
  const names = (contentEncoding ?? "").split(",").map((name) => name.trim().toLowerCase());
  const codings = names.filter((name) => Object.hasOwn(DECODERS, name));
  if (codings.length > MAX_CODINGS) {
    throw sourceError(
      "source_error",
      `sends a body in ${codings.length} content codings; at most ${MAX_CODINGS} are undone`,
    );
  }
  return codings;
}

/**
 * Decodes a body. It is unpacked piece by piece, as it is read, and no step may yield more than `maxBytes`, so a
 * decompression bomb ends there.
 *
 * @throws {AppError} `asset_too_large`; `source_error` for bytes that are not in the coding; and the errors of the body
 */
export function decodeBody(
  body: AsyncIterable<Uint8Array>,
  { codings, maxBytes, sourceError }: { codings: readonly string[]; maxBytes: number; sourceError: SourceErrorFactory },
): AsyncIterable<Uint8Array> {
  return codings.reduceRight<AsyncIterable<Uint8Array>>(
    (packed, coding) => undo(packed, { coding, maxBytes, sourceError }),
    body,
  );
}

async function* undo(
  packed: AsyncIterable<Uint8Array>,
  { coding, maxBytes, sourceError }: { coding: string; maxBytes: number; sourceError: SourceErrorFactory },
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = packed[Symbol.asyncIterator]();
  const [start, rest] = await split(chunks);
  // An empty body is empty in any coding.
  if (start.byteLength === 0) return;
  let failure: unknown;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield* rest;
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const decoder = DECODERS[coding]?.(start);
  if (!decoder) throw new TypeError(`No decoder for ${coding}`);
  const feeding = pipeline(Readable.from(source()), decoder);
  // Handled below, where the decoder throws the same error.
  feeding.catch(() => {});
  let unpacked = 0;
  try {
    for await (const chunk of decoder) {
      if (!(chunk instanceof Uint8Array)) continue;
      unpacked += chunk.byteLength;
      if (unpacked > maxBytes) throw tooLarge({ maxBytes, sourceError });
      yield chunk;
    }
    await feeding;
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (error instanceof AppError) throw error;
    throw sourceError("source_error", `sends a body that is damaged, or not in the coding '${coding}' that it names`);
  } finally {
    decoder.destroy();
    await chunks.return?.();
  }
}

/** Returns the first bytes, at least two if possible, and an iterable of all bytes. */
async function split(chunks: AsyncIterator<Uint8Array>): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  let start: Uint8Array = new Uint8Array(0);
  while (start.byteLength < 2) {
    const { value, done } = await chunks.next();
    if (done) break;
    start = Buffer.concat([start, value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield start;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  return [start, all()];
}

/** Servers send `deflate` with the header of zlib, as they should, or without (RFC 9110, section 8.4.1.2). */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 15) === 8 && ((first << 8) | second) % 31 === 0;
}
