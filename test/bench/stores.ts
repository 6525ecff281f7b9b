import type { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssetInspected, AssetRequested, assetStream, BlobStored, ThumbnailStored } from "../../src/assets/events.ts";
import { createCatalogue, openStore, type StreamWrite } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";

export const catalogue = createCatalogue(allEvents);
export const METADATA = { owner: "ann", actor: "bench", requestId: "bench" };

/** A directory that goes away with it. */
export function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), "reelog-bench-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A store of the whole house in a directory of its own. */
export async function temporaryStore() {
  const directory = temporaryDirectory();
  const store = await openStore({ dataDir: directory.path, catalogue, projections: allProjections });
  return {
    ...store,
    dataDir: directory.path,
    [Symbol.dispose]() {
      store.close();
      directory[Symbol.dispose]();
    },
  };
}

/** Fills the read table by SQL, because a million imports would take a quarter of an hour. */
export function fillAssets(db: Database, count: number, owner = "ann"): void {
  db.run("PRAGMA synchronous = OFF");
  db.run(
    `INSERT INTO assets (id, owner, position, client_id, name, type, status, source_url, tags, created_at, updated_at)
     WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < ${count})
     SELECT printf('%08x-0000-7000-8000-%012x', n * 2654435761 % 4294967296, n), '${owner}', n * 4, 'client-' || (n % 2),
       'Asset ' || n, 'image', 'ready', 'https://assets.example/campaign/' || n || '/hero.jpg', '[]', '', ''
     FROM counter`,
  );
}

/** A data directory whose server has so many assets to list. */
export async function filledDirectory(count: number) {
  const directory = temporaryDirectory();
  const store = await openStore({ dataDir: directory.path, catalogue, projections: allProjections });
  fillAssets(store.db, count, "local");
  store.close();
  return directory;
}

/** The events of an image's import: requested, stored, with a thumbnail, inspected. */
export function importOf(index: number): StreamWrite {
  const id = Bun.randomUUIDv7();
  const sha256 = new Bun.CryptoHasher("sha256").update(id).digest("hex");
  const url = `https://assets.example/campaign/${index}/hero.jpg`;
  const image = { kind: "image", format: "jpeg", contentType: "image/jpeg", width: 1920, height: 1080 } as const;
  return {
    stream: assetStream(id),
    expected: "none",
    events: [
      requestOf(index, url),
      BlobStored.of({ blobId: `blob-${id}`, sha256, sizeBytes: 48_213, sentContentType: "image/jpeg" }),
      ThumbnailStored.of({
        blobId: `thumbnail-${id}`,
        sha256: [...sha256].toReversed().join(""),
        sizeBytes: 9_120,
        contentType: "image/webp",
        width: 640,
        height: 360,
      }),
      AssetInspected.of({ ...image, duration: null, pageCount: null }),
    ],
  };
}

export function requestOf(index: number, url: string) {
  const source = { kind: "url", url } as const;
  const place = { clientId: "client-1", campaignId: null };
  return AssetRequested.of({ name: `Asset ${index}`, type: "image", source, ...place, tags: [] });
}
