import { type MediaFacts, mediaFacts } from "../facts.ts";
import { unsupported } from "../media_errors.ts";

/**
 * Reads a text file: UTF-8 throughout and free of the "binary data bytes" of the WHATWG MIME Sniffing standard.
 *
 * UTF-16 is rejected, because it would be served under a content type that declares UTF-8.
 */
export async function readText(path: string): Promise<MediaFacts> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of Bun.file(path).stream()) {
      if (chunk.some(isBinary)) throw new TypeError("binary");
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw unsupported(null);
    throw error;
  }
  return mediaFacts("txt");
}

function isBinary(byte: number): boolean {
  return byte < 0x20 && (byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte !== 0x1b));
}
