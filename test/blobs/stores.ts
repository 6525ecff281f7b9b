import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BLOB_STORAGE_TYPES,
  type BlobStore,
  type BlobStoreOptions,
  openBlobStore,
  openFsBlobStore,
} from "../../src/blobs/mod.ts";

/** Every implementation of the port, by name; the conformance suite runs against each. */
export const STORES = Object.fromEntries(
  BLOB_STORAGE_TYPES.map((type) => [
    type,
    (dataDir: string, options: BlobStoreOptions = unneeded) => openBlobStore(type, dataDir, options),
  ]),
);

/** Contents that nothing needs. */
export const unneeded = { useOf: () => "unnamed" } as const satisfies BlobStoreOptions;

/** A store in a directory of its own; both go away with it. Nothing needs its contents, until `use` says otherwise. */
export async function temporaryStore(
  open: (dataDir: string, options: BlobStoreOptions) => Promise<BlobStore> = openFsBlobStore,
) {
  const dataDir = await mkdtemp(join(tmpdir(), "reelog-blobs-"));
  let { useOf }: BlobStoreOptions = unneeded;
  const blobs = await open(dataDir, { useOf: (sha256) => useOf(sha256) });
  return {
    dataDir,
    blobs,
    use(next: BlobStoreOptions["useOf"]) {
      useOf = next;
    },
    async [Symbol.asyncDispose]() {
      await blobs[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** True when this process may mount a file system that is really full, which only root on Linux may. */
export const CAN_MOUNT = (() => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const directory = mkdtempSync(join(tmpdir(), "reelog-mount-"));
  const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory]).exitCode === 0;
  if (mounted) Bun.spawnSync(["umount", directory]);
  rmSync(directory, { recursive: true });
  return mounted;
})();

/** A directory with room for so many MiB; see {@linkcode CAN_MOUNT}. */
export async function tinyDisk(mebibytes: number) {
  const directory = await mkdtemp(join(tmpdir(), "reelog-full-"));
  const { exitCode } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", directory]);
  if (exitCode !== 0) throw new Error(`Cannot mount ${directory}`);
  return {
    directory,
    async [Symbol.asyncDispose]() {
      // Lazily: what this process still has open of it must not keep it mounted.
      Bun.spawnSync(["umount", "-l", directory]);
      await rm(directory, { recursive: true });
    },
  };
}

/** A source that gives the chunks one after the other. */
export async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === "string" ? new TextEncoder().encode(part) : part;
}

/** Bytes that differ at every position and from seed to seed. */
export function noise(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  let state = seed;
  for (let i = 0; i < sizeBytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** SHA-256 in hexadecimal. */
export function sha256Of(bytes: Uint8Array | string): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

/** Every byte of a stored content, or of a part of it; null when there is none. */
export async function read(blobs: BlobStore, sha256: string, range?: { start: number; end: number }) {
  const found = await blobs.find(sha256);
  return found === null ? null : await new Response(found.body(range)).bytes();
}

/** A limit that nothing here meets. */
export const MAX = { maxBytes: 64 * 1024 * 1024 };

/** Returns the contents of a store, in its order. */
export async function listed(blobs: BlobStore): Promise<string[]> {
  const all = [];
  for await (const { sha256 } of blobs.list()) all.push(sha256);
  return all;
}

/** A write that keeps nothing: the hold is ended at once. */
export async function store(blobs: BlobStore, ...parts: (string | Uint8Array)[]): Promise<string> {
  using staged = await blobs.write(chunks(...parts), MAX);
  return staged.sha256;
}
