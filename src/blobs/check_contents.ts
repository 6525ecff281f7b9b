import type { BlobReader, StoredBlob } from "./blob_store.ts";

/** A stored content that does not match its hash or size. */
export interface ContentFault extends StoredBlob {
  /** The fault. `missing`: not in the store. `damaged`: its bytes have another hash or length. */
  readonly fault: "missing" | "damaged";
}

/**
 * Reads contents and compares each with its hash and its size.
 *
 * @param onChecked - called after each with the number of checked contents
 */
export async function* checkContents(
  blobs: BlobReader,
  contents: readonly StoredBlob[],
  { onChecked }: { readonly onChecked?: (done: number, total: number) => void } = {},
): AsyncGenerator<ContentFault> {
  let done = 0;
  for (const content of contents) {
    const fault = await faultOf(blobs, content);
    if (fault) yield { ...content, fault };
    onChecked?.(++done, contents.length);
  }
}

async function faultOf(blobs: BlobReader, { sha256, sizeBytes }: StoredBlob): Promise<ContentFault["fault"] | null> {
  const found = await blobs.find(sha256);
  if (!found) return "missing";
  if (found.sizeBytes !== sizeBytes) return "damaged";
  try {
    return (await hashOf(found.body())) === sha256 ? null : "damaged";
  } catch {
    // Deleted while it was read, or unreadable.
    return (await blobs.find(sha256)) ? "damaged" : "missing";
  }
}

async function hashOf(body: Blob | ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  for await (const piece of body instanceof Blob ? body.stream() : body) hasher.update(piece);
  return hasher.digest("hex");
}
