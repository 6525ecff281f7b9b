import type { ByteRange, FoundBlob } from "../../blobs/mod.ts";
import { contentRange } from "./ranges.ts";

/** The body of a 206 with several parts, and its headers. */
export interface MultipartRanges {
  /** `multipart/byteranges` with its boundary. */
  contentType: string;
  /** Reads all parts, with their headers. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Creates the multipart body of several ranges of one content (RFC 9110 §15.3.7.2). */
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

  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    async bytes() {
      const pieces: (Uint8Array<ArrayBuffer> | ArrayBuffer)[] = [];
      for (const { head, range } of parts) {
        const body = found.body(range);
        pieces.push(head, body instanceof Blob ? await body.arrayBuffer() : await Bun.readableStreamToBytes(body));
      }
      return await new Blob([...pieces, end]).bytes();
    },
  };
}
