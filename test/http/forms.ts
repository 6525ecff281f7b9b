import { expect } from "bun:test";
import { type MultipartFile, readMultipart } from "../../src/http/request/multipart.ts";
import { sha256Of, temporaryStore } from "../blobs/stores.ts";
import { serve } from "./server.ts";

/** The largest file that the test server takes. */
export const MAX_FILE_BYTES = 2_000_000;
/** The boundary of the forms made here. */
export const B = "xBOUNDARYx";
/** The content type of the forms made here. */
export const FORM = `multipart/form-data; boundary=${B}`;
/** The end of a form. */
export const END = `--${B}--\r\n`;

/** One part of a form, as raw text. */
export function part(headers: string, content: string): string {
  return `--${B}\r\n${headers}\r\n\r\n${content}\r\n`;
}

/** A text field. */
export function field(name: string, value: string): string {
  return part(`Content-Disposition: form-data; name="${name}"`, value);
}

/** A file. */
export function file(content: string, disposition = 'name="file"; filename="a.txt"'): string {
  return part(`Content-Disposition: form-data; ${disposition}\r\nContent-Type: text/plain`, content);
}

/** The part that a browser sends for a file field without a chosen file, with its content. */
export function nameless(content: string): string {
  return part(
    'Content-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream',
    content,
  );
}

/** A server that keeps the file of a form in a store of its own, and answers what it saw. */
export async function serveForms() {
  const at = await temporaryStore();
  const server = serve(async (request) => {
    const seen: Omit<MultipartFile, "stream">[] = [];
    const form = await readMultipart(request, {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: ({ stream, ...about }) => {
        seen.push(about);
        return at.blobs.write(stream, { maxBytes: MAX_FILE_BYTES });
      },
    });
    using stored = form.file;
    return Response.json({ fields: form.fields, ...seen[0], sha256: stored.sha256, sizeBytes: stored.sizeBytes });
  });
  return {
    blobs: at.blobs,
    url: server.url,
    raw: server.raw,
    async post(body: string | Uint8Array<ArrayBuffer> | FormData, contentType = FORM) {
      const headers: Record<string, string> = body instanceof FormData ? {} : { "Content-Type": contentType };
      const response = await fetch(server.url, { method: "POST", body, headers });
      return { status: response.status, body: await response.json() };
    },
    /** Nothing of a refused upload may stay: no temporary file, no hold that keeps its content from the sweep. */
    async expectNothingLeft(content: string) {
      expect(await at.blobs.cleanTemporary()).toBe(0);
      const sha256 = sha256Of(content);
      await at.blobs.delete(sha256);
      expect(await at.blobs.find(sha256)).toBeNull();
    },
    async [Symbol.asyncDispose]() {
      server[Symbol.dispose]();
      await at[Symbol.asyncDispose]();
    },
  };
}
