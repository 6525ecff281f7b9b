import type { BlobReader, BlobStore, StoredBlob } from "../blobs/mod.ts";

/** The stores to copy between; nothing refers to the contents of `to`. `onProgress` receives the contents copied so far and in total. */
export interface CopyOptions {
  readonly from: BlobReader;
  readonly to: BlobStore;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A content that could not be copied, and why: `is missing`, `is damaged`. */
export interface NotCopied extends StoredBlob {
  readonly why: string;
}

/** Copies contents, and hashes each copy to check that it matches its name. */
export async function copyContents(
  contents: readonly StoredBlob[],
  { from, to, onProgress }: CopyOptions,
): Promise<NotCopied[]> {
  const failed: NotCopied[] = [];
  let done = 0;
  for (const content of contents) {
    const why = (await to.find(content.sha256)) ? null : await copyOne(content, from, to);
    if (why !== null) failed.push({ ...content, why });
    onProgress?.(++done, contents.length);
  }
  return failed;
}

async function copyOne({ sha256 }: StoredBlob, from: BlobReader, to: BlobStore): Promise<string | null> {
  const found = await from.find(sha256);
  if (!found) return "is missing";
  const body = found.body();
  using written = await to.write(body instanceof Blob ? body.stream() : body, { maxBytes: Number.POSITIVE_INFINITY });
  if (written.sha256 === sha256) return null;
  // The copy is stored under its real hash.
  written.release();
  await to.delete(written.sha256);
  return "is damaged";
}
