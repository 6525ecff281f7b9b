import { open } from "node:fs/promises";

/** Reads at most `length` bytes of a file from `offset`; a negative offset counts from the end. */
export async function readSlice(path: string, offset: number, length: number): Promise<Uint8Array> {
  await using file = await open(path);
  const { size } = await file.stat();
  const start = offset < 0 ? Math.max(0, size + offset) : offset;
  const bytes = new Uint8Array(Math.max(0, Math.min(length, size - start)));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
