import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../support/test_server.ts";

/** The ages of the old backend's schema: bytes in the row; bytes by `blob_id`; thumbnails, too. */
export const AGES = ["oldest", "blobs", "thumbnails"] as const;
/** One of {@linkcode AGES}. */
export type Age = (typeof AGES)[number];

const MEDIA = join(import.meta.dir, "../fixtures/media");

/** The bytes of a file of the fixtures. */
export async function media(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return await Bun.file(join(MEDIA, name)).bytes();
}

type Row = Record<string, string | number | Uint8Array | null>;

/** The old backend's database, as its own code made it. */
export interface OldBackend {
  readonly path: string;
  readonly db: Database;
  insert(table: string, row: Row): void;
  /** An asset whose bytes are where this age of the schema has them. */
  insertAsset(row: Row, bytes: Uint8Array | null, thumbnail?: Uint8Array): void;
  /** Closes the file, so that all is in it. */
  close(): void;
}

const TIMES = "created_at TEXT DEFAULT CURRENT_TIMESTAMP, updated_at TEXT DEFAULT CURRENT_TIMESTAMP";
const OLDEST = `
  CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT UNIQUE, email TEXT, created_at TEXT);
  CREATE TABLE clients (id TEXT PRIMARY KEY, user_id INTEGER REFERENCES users(id), name TEXT, description TEXT,
    brand_guidelines TEXT, ${TIMES});
  CREATE TABLE campaigns (id TEXT PRIMARY KEY, client_id TEXT REFERENCES clients(id), user_id INTEGER, name TEXT,
    goal TEXT, status TEXT DEFAULT 'draft', brief TEXT, ${TIMES});
  CREATE TABLE assets (id TEXT PRIMARY KEY, user_id INTEGER, client_id TEXT, campaign_id TEXT, name TEXT,
    asset_type TEXT, url TEXT, size INTEGER, uploaded_at TEXT DEFAULT CURRENT_TIMESTAMP, format TEXT, tags TEXT,
    width INTEGER, height INTEGER, duration INTEGER, thumbnail_url TEXT, waveform_url TEXT, page_count INTEGER,
    blob_data BLOB);
  CREATE TABLE generated_videos (id INTEGER PRIMARY KEY AUTOINCREMENT, prompt TEXT, status TEXT, parameters TEXT,
    progress TEXT, approved BOOLEAN DEFAULT 0, estimated_cost REAL, actual_cost REAL, error_message TEXT,
    client_id TEXT, campaign_id TEXT, ${TIMES});
  CREATE TABLE job_scenes (id TEXT PRIMARY KEY, job_id INTEGER, scene_number INTEGER, duration_seconds REAL,
    description TEXT, script TEXT, shot_type TEXT, transition TEXT, assets TEXT, metadata TEXT, ${TIMES});`;
const WITH_BLOBS = `
  CREATE TABLE asset_blobs (id TEXT PRIMARY KEY, data BLOB NOT NULL, content_type TEXT, size_bytes INTEGER,
    created_at TEXT);
  ALTER TABLE assets ADD COLUMN blob_id TEXT;
  ALTER TABLE assets ADD COLUMN source_url TEXT;
  ALTER TABLE clients ADD COLUMN homepage TEXT;
  ALTER TABLE clients ADD COLUMN metadata TEXT;
  ALTER TABLE campaigns ADD COLUMN product_url TEXT;
  ALTER TABLE campaigns ADD COLUMN metadata TEXT;
  ALTER TABLE generated_videos ADD COLUMN video_data BLOB;
  ALTER TABLE generated_videos ADD COLUMN thumbnail_data BLOB;
  ALTER TABLE generated_videos ADD COLUMN model_id TEXT;
  ALTER TABLE generated_videos ADD COLUMN views INTEGER DEFAULT 0;
  CREATE TABLE generated_images (id INTEGER PRIMARY KEY AUTOINCREMENT, prompt TEXT, image_url TEXT, model_id TEXT,
    collection TEXT, image_data BLOB, client_id TEXT, campaign_id TEXT, created_at TEXT);
  CREATE TABLE generated_audio (id INTEGER PRIMARY KEY AUTOINCREMENT, prompt TEXT, audio_url TEXT, model_id TEXT,
    collection TEXT, audio_data BLOB, client_id TEXT, campaign_id TEXT, created_at TEXT);
  CREATE TABLE creative_briefs (id TEXT PRIMARY KEY, user_id INTEGER, creative_direction TEXT, image_data BLOB);`;
const WITH_THUMBNAILS = "ALTER TABLE assets ADD COLUMN thumbnail_blob_id TEXT;";

/** Makes an empty database of an age. */
export function createOldBackend(directory: string, age: Age): OldBackend {
  const path = join(directory, "old.db");
  const db = new Database(path, { create: true, strict: true });
  db.run(OLDEST);
  if (age !== "oldest") db.run(WITH_BLOBS);
  if (age === "thumbnails") db.run(WITH_THUMBNAILS);

  function insert(table: string, row: Row): void {
    const names = Object.keys(row);
    const marks = names.map(() => "?").join(", ");
    db.query(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
  }

  function insertBlob(id: string, data: Uint8Array): string {
    insert("asset_blobs", { id, data, content_type: "image/jpeg", size_bytes: data.byteLength, created_at: null });
    return id;
  }

  return {
    path,
    db,
    insert,
    insertAsset(row, bytes, thumbnail) {
      const id = String(row.id);
      if (age === "oldest" || bytes === null) return insert("assets", { ...row, blob_data: bytes });
      const blobId = insertBlob(`blob-of-${id}`, bytes);
      if (age !== "thumbnails" || !thumbnail) return insert("assets", { ...row, blob_id: blobId });
      const thumbnailId = insertBlob(`thumbnail-of-${id}`, thumbnail);
      insert("assets", { ...row, blob_id: blobId, thumbnail_blob_id: thumbnailId });
    },
    close: () => db.close(),
  };
}

/** Two users with a client each, a campaign, assets of every kind, an unreadable one, and a job with two scenes. */
export async function fillOldBackend(old: OldBackend): Promise<void> {
  old.insert("users", { id: 1, username: "ann", email: "ann@old.test", created_at: "2023-01-01 08:00:00" });
  old.insert("users", { id: 2, username: "bob", email: "bob@old.test", created_at: "2023-01-02 08:00:00" });
  const guidelines = { colors: ["#ff0055"], tone: "warm", logoUsage: { clear: "20px" } };
  const made = { created_at: "2023-02-01 09:00:00", updated_at: "2023-02-02 10:30:00" };
  old.insert("clients", {
    id: "client-a",
    user_id: 1,
    name: "Acme",
    description: "Lanterns",
    brand_guidelines: JSON.stringify(guidelines),
    ...made,
  });
  old.insert("clients", { id: "client-b", user_id: 2, name: "Bolt", ...made });
  old.insert("campaigns", {
    id: "campaign-a",
    client_id: "client-a",
    user_id: 1,
    name: "Summer",
    goal: "Be seen",
    status: "active",
    brief: JSON.stringify({ season: "summer" }),
    ...made,
  });
  const ofAnn = { user_id: 1, client_id: "client-a", campaign_id: "campaign-a" };
  const photo = await media("photo.jpg");
  const asset = (id: string, asset_type: string, minute: number) => ({
    id,
    name: `${id}.file`,
    asset_type,
    url: `/api/v3/assets/${id}/data`,
    uploaded_at: `2023-03-01 10:${String(minute).padStart(2, "0")}:00`,
    tags: JSON.stringify(["summer", "old"]),
  });
  old.insertAsset({ ...asset("11111111-aaaa-4aaa-8aaa-000000000001", "image", 1), ...ofAnn }, photo);
  old.insertAsset({ ...asset("clip", "video", 2), ...ofAnn }, await media("h264_aac.mp4"));
  old.insertAsset({ ...asset("sound", "audio", 3), ...ofAnn }, await media("tone.mp3"));
  old.insertAsset({ ...asset("paper", "document", 4), ...ofAnn }, await media("pages.pdf"), photo);
  old.insertAsset({ ...asset("broken", "image", 5), ...ofAnn }, photo.subarray(0, 2_000));
  old.insertAsset({ ...asset("of-bob", "image", 6), user_id: 2, client_id: "client-b" }, photo);
  old.insert("generated_videos", {
    id: 7,
    prompt: "An ad for a lantern",
    status: "storyboard_ready",
    parameters: JSON.stringify({
      context: { client_id: "client-a", campaign_id: "campaign-a", user_id: "1" },
      ad_basics: {
        product: "Aurora lantern",
        target_audience: "campers",
        key_message: "Three nights of light",
        call_to_action: "Order yours",
      },
      creative: {
        video_specs: { duration: 12, format: "9:16" },
        direction: { style: "warm documentary", tone: "calm", visual_elements: ["campfire"] },
        assets: [{ url: "https://cdn.test/a.jpg", role: "product_shot" }, { url: "https://cdn.test/b.mp4" }],
      },
      processed_asset_ids: ["11111111-aaaa-4aaa-8aaa-000000000001", "clip"],
    }),
    estimated_cost: 0.5,
    actual_cost: 0.25,
    client_id: "client-a",
    campaign_id: "campaign-a",
    created_at: "2023-04-01 12:00:00",
    updated_at: "2023-04-01 12:05:00",
  });
  const scene = { job_id: 7, description: "A tent at night", script: "Light.", shot_type: "wide", transition: "fade" };
  old.insert("job_scenes", { ...scene, id: "s-2", scene_number: 2, duration_seconds: 7.5, assets: '["clip"]' });
  old.insert("job_scenes", {
    ...scene,
    id: "s-1",
    scene_number: 1,
    duration_seconds: 4.5,
    assets: '["11111111-aaaa-4aaa-8aaa-000000000001", "gone"]',
    metadata: '{"mood":"calm"}',
  });
}

/** A place for an old file and a data directory beside each other. */
export async function temporaryPlace() {
  const directory = await temporaryDirectory();
  return {
    directory,
    dataDir: `${directory}/data`,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export { reelog } from "../support/command_line.ts";
