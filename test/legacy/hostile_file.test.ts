import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { eventsIn, startTestServer } from "../support/test_server.ts";
import { createOldBackend, fillOldBackend, media, reelog, temporaryPlace } from "./old_backend.ts";

const SECOND = 1_000;

describe("an old file that is not as it should be", () => {
  test(
    "is brought over as far as it goes: NULLs, wrong types, broken JSON, names that are none",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "thumbnails");
      const photo = await media("photo.png");
      old.insert("clients", { id: "nulls", user_id: null, name: null, brand_guidelines: null, created_at: null });
      old.insert("clients", { id: "text", name: "  ", brand_guidelines: "plain words", metadata: "{oops" });
      old.insert("clients", {
        id: "types",
        name: 5,
        brand_guidelines: '{"colors":{"a":1},"tone":["x"]}',
        metadata: "[1]",
      });
      old.insert("clients", { id: "blob", name: new Uint8Array([255, 254]), description: new Uint8Array(3) });
      old.insert("clients", { id: "nasty", name: "a\u0000b\nc\u202edlrow", created_at: "yesterday" });
      old.insert("campaigns", { id: "k", client_id: "nulls", name: null, status: "paused", brief: "words" });
      old.insert("campaigns", { id: "l", client_id: "nulls", name: "L", status: 9, brief: new Uint8Array(2) });
      const asset = { client_id: "nulls", asset_type: "image" };
      old.insertAsset({ id: "a1", name: null, tags: "{oops", ...asset }, photo);
      old.insertAsset({ id: "a2", name: `${"x".repeat(10_000)}`, tags: '["a","a",5,null,""]', ...asset }, photo);
      old.insertAsset(
        { id: "a3", name: "../../etc", asset_type: "hologram", uploaded_at: "2023-01-01T10:00:00.5+02:00" },
        photo,
      );
      old.insertAsset({ id: "a4", name: "not an image", asset_type: "video" }, photo);
      old.insertAsset({ id: "a5", name: "empty", asset_type: "image" }, new Uint8Array(0));
      old.insert("assets", { id: "a6", name: "words", asset_type: "document", blob_data: "Just words, no blob." });
      old.insert("assets", { id: "a7", name: "lost blob", asset_type: "image", blob_id: "gone" });
      old.insertAsset(
        { id: "a8", name: "bad thumbnail", asset_type: "audio" },
        await media("tone.mp3"),
        photo.subarray(0, 99),
      );
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said.status).toBe(0);
      expect(said.out).toMatch(/clients +5 +0 +0 +0\ncampaigns +2 +0 +0 +0\nassets +8 +3 +0 +0/);
      expect((await reelog(place.dataDir, "replay", "--verify")).status).toBe(0);

      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      const of = async (path: string) => (await server.api("GET", path)).data;
      expect(await of("/clients/nulls")).toMatchObject({ name: "Client nulls", brandGuidelines: null, metadata: null });
      expect(await of("/clients/text")).toMatchObject({
        name: "Client text",
        metadata: { legacy: { brandGuidelines: "plain words", metadata: "{oops" } },
      });
      expect(await of("/clients/types")).toMatchObject({
        name: "5",
        brandGuidelines: { tone: ["x"], colors: null },
        metadata: { legacy: { brandGuidelines: { colors: { a: 1 } }, metadata: "[1]" } },
      });
      expect(await of("/clients/blob")).toMatchObject({ name: "Client blob", description: null });
      expect(await of("/clients/nasty")).toMatchObject({ name: "a b c dlrow" });
      expect(await of("/campaigns/k")).toMatchObject({ status: "archived", brief: { text: "words" } });
      expect(await of("/campaigns/l")).toMatchObject({ status: "draft", metadata: { legacy: { status: "9" } } });
      expect(await of("/assets/a1")).toMatchObject({ name: "Asset a1", tags: ["{oops"], status: "ready" });
      expect(await of("/assets/a2")).toMatchObject({ name: "x".repeat(300), tags: ["a", "5"] });
      expect(await of("/assets/a3")).toMatchObject({ type: "image", createdAt: "2023-01-01T08:00:00.500Z" });
      expect(await of("/assets/a4")).toMatchObject({ status: "failed", error: { code: "type_mismatch" } });
      expect(await of("/assets/a5")).toMatchObject({ status: "failed", error: { code: "source_error" } });
      expect(await of("/assets/a6")).toMatchObject({ status: "ready", format: "txt" });
      expect(await of("/assets/a7")).toMatchObject({ status: "failed" });
      expect(await of("/assets/a8")).toMatchObject({ status: "ready", thumbnailUrl: null });
    },
    90 * SECOND,
  );

  test(
    "keeps owners apart, whatever its rows point at",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "thumbnails");
      const photo = await media("photo.png");
      old.db.run("DROP TABLE users");
      old.db.run("CREATE TABLE users (id, username)");
      for (const [id, username] of [
        [1, "ann"],
        [2, "ann"],
        [3, "local"],
        [4, "no name at all"],
        [5, null],
        [5, "second"],
      ] as const) {
        old.insert("users", { id, username });
      }
      for (const user_id of [1, 2, 3, 4, 5]) old.insert("clients", { id: `c${user_id}`, user_id, name: "C" });
      old.insert("campaigns", { id: "stolen", client_id: "c1", user_id: 2, name: "of another's client" });
      old.insert("campaigns", { id: "adrift", client_id: "nowhere", user_id: 1, name: "of no client" });
      old.insert("campaigns", { id: "fine", client_id: "c1", user_id: null, name: "by its client" });
      old.insertAsset({ id: "stray", user_id: 2, client_id: "c1", campaign_id: "fine", name: "x" }, photo);
      old.insertAsset({ id: "orphan", user_id: 99, name: "x" }, photo);
      old.insertAsset({ id: "by-campaign", campaign_id: "fine", name: "x" }, photo);
      old.insert("generated_videos", {
        id: 1,
        status: "failed",
        client_id: "c2",
        parameters: JSON.stringify({ context: { user_id: 1 }, processed_asset_ids: ["by-campaign", "stray"] }),
      });
      old.insert("generated_videos", { id: 2, status: "failed", client_id: null });
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said.status).toBe(1);
      expect(said.out).toContain("Owners: ann, user-2, user-3, user-4, user-5");
      expect(said.out).toContain("campaign stolen: its owner has no client c1");
      expect(said.out).toContain("campaign adrift: its owner has no client nowhere");
      expect(said.out).toContain("asset orphan: it has no user; its owner is local");
      expect(said.out).toContain("asset stray: its owner has no client c1");
      expect(said.out).toContain("job 1: 1 of its assets were not imported");
      expect(said.err).toContain("Cannot import 2 of the rows");
      const owners = ownersIn(place.dataDir);
      expect(owners).toMatchObject({
        "client-c1": "ann",
        "client-c2": "user-2",
        "campaign-fine": "ann",
        "asset-stray": "user-2",
        "asset-orphan": "local",
        "asset-by-campaign": "ann",
        "job-1": "user-2",
        "job-2": "local",
      });
      // Each owner can have a key.
      for (const owner of new Set(Object.values(owners))) {
        expect(await reelog(place.dataDir, "keys", "create", "--owner", owner)).toMatchObject({ status: 0 });
      }
    },
    60 * SECOND,
  );

  test(
    "never takes the place of something that is here already, and says so",
    async () => {
      using place = await temporaryPlace();
      const first = createOldBackend(place.directory, "blobs");
      first.insert("clients", { id: "c", name: "First", created_at: "2023-01-01 00:00:00" });
      first.insert("generated_videos", { id: 1, status: "failed", created_at: "2023-01-01 00:00:00" });
      first.close();
      await reelog(place.dataDir, "import-legacy", first.path);
      using other = await temporaryPlace();
      const second = createOldBackend(other.directory, "blobs");
      second.insert("clients", { id: "c", name: "Second", created_at: "2024-01-01 00:00:00" });
      second.insert("generated_videos", { id: 1, status: "failed", created_at: "2024-01-01 00:00:00" });
      second.insert("clients", { id: "", name: "no id" });
      second.insert("clients", { id: "x".repeat(300), name: "long id" });
      second.insert("clients", { id: "line\nbreak", name: "odd id" });
      second.insert("clients", { id: null, name: "null id" });
      second.close();
      const before = eventsIn(place.dataDir).length;
      const said = await reelog(place.dataDir, "import-legacy", second.path);
      expect(said.status).toBe(1);
      expect(said.out).toContain("client c: its id is already used by something else");
      expect(said.out).toContain("job 1: its id is already used by something else");
      expect(said.out.match(/client without an id: its id cannot be used/g)).toHaveLength(4);
      expect(eventsIn(place.dataDir)).toHaveLength(before);
    },
    60 * SECOND,
  );

  test(
    "is brought over around the pages that are damaged",
    async () => {
      using place = await temporaryPlace();
      const path = `${place.directory}/damaged.db`;
      const db = new Database(path);
      db.run("CREATE TABLE clients (id TEXT, name TEXT)");
      for (let id = 1; id <= 100; id++) db.query("INSERT INTO clients VALUES (?, ?)").run(`c${id}`, "n".repeat(200));
      const root = db.query<{ page: number }, []>("SELECT rootpage AS page FROM sqlite_master").get()?.page ?? 0;
      db.close();
      const bytes = await Bun.file(path).bytes();
      const leaf = new DataView(bytes.buffer).getUint16((root - 1) * 4_096 + 12);
      const page = new DataView(bytes.buffer).getUint32((root - 1) * 4_096 + leaf);
      // The header of one row there names more columns than the row has bytes.
      const cell = new DataView(bytes.buffer).getUint16((page - 1) * 4_096 + 8);
      bytes.fill(0xff, (page - 1) * 4_096 + cell + 3, (page - 1) * 4_096 + cell + 20);
      await Bun.write(path, bytes);
      const said = await reelog(place.dataDir, "import-legacy", path);
      expect(said).toMatchObject({ status: 1 });
      expect(said.out).toMatch(/clients +99 +0 +0 +1/);
    },
    60 * SECOND,
  );

  test(
    "is brought over also when whole tables and most columns are missing",
    async () => {
      using place = await temporaryPlace();
      const path = `${place.directory}/bare.db`;
      const db = new Database(path);
      db.run("CREATE TABLE assets (id TEXT, blob_data BLOB)");
      db.query("INSERT INTO assets VALUES ('bare', ?), (NULL, NULL)").run(await media("photo.png"));
      db.run("CREATE TABLE generated_videos (id INTEGER PRIMARY KEY)");
      db.run("INSERT INTO generated_videos DEFAULT VALUES");
      db.run("CREATE TABLE job_scenes (job_id INTEGER)");
      db.run("INSERT INTO job_scenes VALUES (1), (1), (99)");
      db.close();
      const said = await reelog(place.dataDir, "import-legacy", path);
      expect(said.out).toMatch(/clients +0 +0 +0 +0\ncampaigns +0 +0 +0 +0\nassets +1 +0 +0 +1\njobs +1 +0 +0 +0/);
      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      const bare = await server.api("GET", "/assets/bare");
      expect(bare.data).toMatchObject({ name: "Asset bare", type: "image", status: "ready" });
      const job = await server.api("GET", "/jobs/1");
      expect(job.data).toMatchObject({ status: "storyboard_ready", clientId: "unknown", scenes: [{}, {}] });
    },
    60 * SECOND,
  );

  test(
    "has what it has only a URL of fetched when that is asked for, in the first run or a later one",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      await fillOldBackend(old);
      const source_url = "http://assets.invalid/gone.png";
      old.insert("assets", { id: "linked", user_id: 1, name: "linked", asset_type: "image", source_url });
      old.insert("assets", { id: "own", user_id: 1, name: "own", url: "http://old.test/api/v3/assets/own/data" });
      old.insert("assets", { id: "file", user_id: 1, name: "file", source_url: "file:///etc/passwd" });
      old.close();
      const types = () => eventsIn(place.dataDir).filter(({ stream }) => stream === "asset-linked");
      const closed = await reelog(place.dataDir, "import-legacy", old.path);
      expect(closed.out).toContain("asset linked: Cannot import the bytes: the old file has only their URL");
      expect(closed.out).toContain("asset own: Cannot import the bytes: the old file has none");
      expect(closed.out).toContain("asset file: Cannot import the bytes: the old file has none");
      expect(types().map(({ type }) => type)).toEqual(["AssetRequested", "AssetFailed"]);
      const open = await reelog(place.dataDir, "import-legacy", old.path, "--fetch");
      expect(open.out).toContain("asset linked: it will be downloaded when the server starts");
      const again = await reelog(place.dataDir, "import-legacy", old.path, "--fetch");
      expect(again.out).not.toContain("it will be downloaded");
      expect(types().map(({ type }) => type)).toEqual(["AssetRequested", "AssetFailed", "AssetRetried"]);
    },
    60 * SECOND,
  );
});

function ownersIn(dataDir: string): Record<string, string> {
  using db = new Database(`${dataDir}/reelog.db`, { readonly: true, strict: true });
  const rows = db.query<{ stream: string; owner: string }, []>(
    "SELECT stream, json_extract(metadata, '$.owner') AS owner FROM events WHERE version = 1",
  );
  return Object.fromEntries(rows.all().map(({ stream, owner }) => [stream, owner]));
}
