import { mkdir, open, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { asUnavailable, shortageOf } from "../../core/shortage.ts";
import type {
  BlobReader,
  BlobStore,
  BlobStoreOptions,
  ByteRange,
  DeleteOptions,
  FoundBlob,
  LocalBlob,
  Purged,
  PurgeOptions,
  ScratchFile,
  StagedBlob,
  StoredBlob,
  WriteFileOptions,
  WriteOptions,
} from "../blob_store.ts";
import { Holds } from "../holds.ts";
import { intake } from "../intake.ts";
import { mayErase } from "../may_erase.ts";
import { ScratchSpace } from "../scratch_space.ts";
import { assertSha256 } from "../sha256.ts";
import { streamOf } from "../stream_of.ts";
import { type BlobRow, CHUNK_BYTES, ChunkTables } from "./chunk_tables.ts";

/**
 * Contents as rows of 1 MiB in a database of their own, `DATA_DIR/blobs.db`: one file to back up. Its temporary files
 * are in `DATA_DIR/blobs/tmp`, as those of the fs store.
 *
 * No transaction is longer than one row, and the event loop has its turn between any two.
 */
export async function openSqliteBlobStore(dataDir: string, { useOf }: BlobStoreOptions): Promise<BlobStore> {
  await mkdir(resolve(dataDir), { recursive: true, mode: 0o700 });
  const scratch = new ScratchSpace(resolve(dataDir, "blobs/tmp"));
  await scratch.create();
  return new SqliteBlobStore(ChunkTables.open(pathOf(dataDir)), scratch, useOf);
}

/** Opens the contents of a data directory for reading. Nothing is created. */
export function openSqliteBlobReader(dataDir: string): BlobReader {
  const scratch = new ScratchSpace(resolve(dataDir, "blobs/tmp"));
  return new SqliteBlobStore(ChunkTables.openReadonly(pathOf(dataDir)), scratch, () => "needed");
}

function pathOf(dataDir: string): string {
  return resolve(dataDir, "blobs.db");
}

class SqliteBlobStore implements BlobStore {
  readonly #tables: ChunkTables;
  readonly #scratch: ScratchSpace;
  readonly #useOf: BlobStoreOptions["useOf"];
  readonly #holds = new Holds();
  /** Contents without a name that this process is writing or removing. */
  readonly #busy = new Set<number>();

  constructor(tables: ChunkTables, scratch: ScratchSpace, useOf: BlobStoreOptions["useOf"]) {
    this.#useOf = useOf;
    this.#tables = tables;
    this.#scratch = scratch;
  }

  async write(source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<StagedBlob> {
    return await this.#write(source, options);
  }

  async writeFile(path: string, { digest, signal }: WriteFileOptions = {}): Promise<StagedBlob> {
    const options = { maxBytes: Number.POSITIVE_INFINITY, signal };
    const staged = await this.#write(Bun.file(path).stream(), options, digest);
    await rm(path, { force: true });
    return staged;
  }

  async #write(source: AsyncIterable<Uint8Array>, options: WriteOptions, digest?: StoredBlob): Promise<StagedBlob> {
    let id: number | null = null;
    try {
      id = this.#tables.begin(Date.now());
      this.#busy.add(id);
      const hasher = new Bun.CryptoHasher("sha256");
      let sizeBytes = 0;
      let number = 0;
      for await (const piece of intake(source, { ...options, pieceBytes: CHUNK_BYTES })) {
        if (!digest) hasher.update(piece);
        sizeBytes += piece.byteLength;
        this.#tables.append(id, number++, piece);
        await nextTurn();
      }
      const staged = id;
      const blob = digest ?? { sha256: hasher.digest("hex"), sizeBytes };
      return await this.#holds.exclusive(blob.sha256, async () => {
        const unneeded = this.#tables.publish(staged, { ...blob, now: Date.now() });
        const release = this.#holds.hold(blob.sha256);
        this.#busy.delete(staged);
        if (unneeded !== null) await this.#discard(unneeded);
        return { ...blob, release, [Symbol.dispose]: release };
      });
    } catch (error) {
      if (id !== null && this.#busy.has(id)) await this.#discard(id).catch(() => false);
      throw asUnavailable(error, "store the file");
    }
  }

  async find(sha256: string): Promise<FoundBlob | null> {
    const row = this.#row(sha256);
    if (row === null) return null;
    return { sizeBytes: row.sizeBytes, body: (range?: ByteRange) => this.#body(row, range) };
  }

  async openLocal(sha256: string): Promise<LocalBlob | null> {
    const row = this.#row(sha256);
    if (row === null) return null;
    const end = this.#holds.hold(sha256);
    const file = this.#scratch.reserve();
    const release = async () => {
      end();
      await file.release();
    };
    try {
      await using handle = await open(file.path, "wx", 0o600);
      for await (const bytes of this.#read(row, { start: 0, end: row.sizeBytes - 1 })) await handle.writeFile(bytes);
    } catch (error) {
      await release();
      throw asUnavailable(error, "store the file");
    }
    return { path: file.path, sizeBytes: row.sizeBytes, release, [Symbol.asyncDispose]: release };
  }

  async scratch(extension?: string): Promise<ScratchFile> {
    return this.#scratch.reserve(extension);
  }

  async delete(sha256: string, options: DeleteOptions = {}): Promise<boolean> {
    assertSha256(sha256);
    const { writtenBefore = Number.POSITIVE_INFINITY, toTrash = false } = options;
    return await this.#holds.exclusive(sha256, async () => {
      if (this.#holds.isHeld(sha256)) return false;
      const use = await this.#useOf(sha256);
      // Again, because readers take their holds outside of the turns of writers.
      if (use === "needed" || this.#holds.isHeld(sha256)) return false;
      if (toTrash || use === "released") {
        const { moved, unneeded } = this.#tables.trash(sha256, { writtenBefore, now: Date.now() });
        if (unneeded !== null) await this.#discard(unneeded);
        return moved;
      }
      const id = this.#tables.unpublish(sha256, writtenBefore);
      if (id !== null) await this.#discard(id);
      return id !== null;
    });
  }

  async purge(sha256: string, options: PurgeOptions = {}): Promise<Purged> {
    assertSha256(sha256);
    return await this.#holds.exclusive(sha256, async () => {
      const use = await this.#useOf(sha256);
      const trashed = this.#tables.findTrashed(sha256);
      if (trashed === null || this.#holds.isHeld(sha256)) return "kept";
      if (use === "needed" && this.#tables.find(sha256) === null) {
        this.#tables.putBack(trashed.id, { sha256, now: Date.now() });
        return "put back";
      }
      if (!mayErase(use, trashed.writtenAt, options)) return "kept";
      // Needed and there: the copy in the trash is one too many.
      const id = this.#tables.dropFromTrash(sha256);
      if (id !== null) await this.#discard(id);
      return "erased";
    });
  }

  async *listTrash(): AsyncGenerator<StoredBlob & { trashedAt: number }> {
    const after = (sha256: string) => this.#tables.trashedAfter(sha256);
    for (let rows = after(""); rows.length > 0; rows = after(rows.at(-1)?.sha256 ?? "")) {
      for (const { sha256, sizeBytes, writtenAt } of rows) yield { sha256, sizeBytes, trashedAt: writtenAt };
      await nextTurn();
    }
  }

  async *list(): AsyncGenerator<StoredBlob & { writtenAt: number }> {
    for (let rows = this.#tables.after(""); rows.length > 0; rows = this.#tables.after(rows.at(-1)?.sha256 ?? "")) {
      for (const { sha256, sizeBytes, writtenAt } of rows) yield { sha256, sizeBytes, writtenAt };
      await nextTurn();
    }
  }

  async cleanTemporary(options: { writtenBefore?: number | undefined } = {}): Promise<number> {
    const abandoned = this.#tables
      .nameless(options.writtenBefore ?? Number.POSITIVE_INFINITY)
      .filter((id) => !this.#busy.has(id));
    let removed = await this.#scratch.clean(options);
    for (const id of abandoned) if (await this.#discard(id)) removed++;
    return removed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tables[Symbol.dispose]();
  }

  #row(sha256: string): BlobRow | null {
    assertSha256(sha256);
    return this.#tables.find(sha256) ?? this.#tables.findTrashed(sha256);
  }

  #body(
    row: BlobRow,
    range: ByteRange = { start: 0, end: row.sizeBytes - 1 },
  ): Blob | ReadableStream<Uint8Array<ArrayBuffer>> {
    const [first, last] = [chunkOf(range.start), chunkOf(range.end)];
    if (range.end < range.start) return new Blob([]);
    // A range within one row is read at once, so the response has a Content-Length.
    return first === last ? new Blob([this.#part(row, first, range)]) : streamOf(this.#read(row, range));
  }

  /** Holds the content from the first piece to the last, because its rows are read one by one. */
  async *#read(row: BlobRow, range: ByteRange): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const release = this.#holds.hold(row.sha256);
    try {
      for (let number = chunkOf(range.start); number <= chunkOf(range.end); number++) {
        yield this.#part(row, number, range);
        await nextTurn();
      }
    } finally {
      release();
    }
  }

  /** Returns the part of a range that one chunk holds. */
  #part(row: BlobRow, number: number, { start, end }: ByteRange): Uint8Array<ArrayBuffer> {
    const offset = number * CHUNK_BYTES;
    const from = Math.max(0, start - offset);
    const length = Math.min(CHUNK_BYTES, end - offset + 1) - from;
    const bytes = this.#tables.read(row.id, number, { from, length });
    if (bytes?.byteLength !== length)
      throw new Error(`Cannot read blob ${row.sha256}: chunk ${number} is missing or short`);
    return bytes;
  }

  /** Removes a content without a name. On a full disk even that can fail: it is then left to the next clean-up. */
  async #discard(id: number): Promise<boolean> {
    this.#busy.add(id);
    try {
      while (!this.#tables.shrink(id)) await nextTurn();
      return true;
    } catch (error) {
      if (shortageOf(error) === undefined) throw error;
      return false;
    } finally {
      this.#busy.delete(id);
    }
  }
}

function chunkOf(position: number): number {
  return Math.floor(position / CHUNK_BYTES);
}

/** Lets waiting I/O and requests run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
