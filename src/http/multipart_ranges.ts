import { type ByteRange, type FoundBlob, streamOf } from "../blobs/mod.ts";
import { contentRange } from "./ranges.ts";

/** The body of a 206 with several parts, and what its head must say. */
export interface MultipartRanges {
  /** `multipart/byteranges` with its boundary. */
  contentType: string;
  /** bytes, with the headers of the parts */
  sizeBytes: number;
  /** Streams the parts, one read at a time. */
  body(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Lays out several ranges of one content (RFC 9110 §15.3.7.2). */
export function multipartRanges(ranges: readonly ByteRange[], found: FoundBlob, contentType: string): MultipartRanges {
  // Random, so that no content can contain it on purpose.
  const boundary = crypto.randomUUID();
  const encoder = new TextEncoder();
  const parts = ranges.map((range) => ({
    range,
    head: encoder.encode(
      `\r\n--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Range: ${contentRange(range, found.sizeBytes)}\r\n\r\n`,
    ),
  }));
  const end = encoder.encode(`\r\n--${boundary}--\r\n`);

  async function* pieces() {
    for (const { head, range } of parts) {
      yield head;
      const body = found.body(range);
      yield* body instanceof Blob ? body.stream() : body;
    }
    yield end;
  }

  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    sizeBytes: parts.reduce(
      (sum, { head, range }) => sum + head.byteLength + range.end - range.start + 1,
      end.byteLength,
    ),
    body: () => streamOf(pieces()),
  };
}
