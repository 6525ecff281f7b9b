import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { databasePath } from "../../src/event_log/mod.ts";
import { eventsIn, filesIn, startTestServer } from "../support/test_server.ts";
import { AGES, createOldBackend, fillOldBackend, media, reelog, temporaryPlace } from "./old_backend.ts";

const SECOND = 1_000;

async function sha256Of(path: string): Promise<string> {
  return new Bun.CryptoHasher("sha256").update(await Bun.file(path).bytes()).digest("hex");
}

describe("import-legacy", () => {
  test.each(AGES)(
    "brings a file of the age '%s' over to its owners, with old ids, original times and bytes",
    async (age) => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, age);
      await fillOldBackend(old);
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path, "--owner", "local");
      expect(said).toMatchObject({ status: 0 });
      expect(said.out).toMatch(/clients +2 +0 +0 +0\ncampaigns +1 +0 +0 +0\nassets +6 +1 +0 +0\njobs +1 +0 +0 +0/);
      expect(said.out).toContain("asset broken: ");

      expect(await reelog(place.dataDir, "replay", "--verify")).toMatchObject({ status: 0 });
      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      const photo = await server.api("GET", "/assets/11111111-aaaa-4aaa-8aaa-000000000001");
      expect(photo.data).toMatchObject({
        clientId: "client-a",
        campaignId: "campaign-a",
        name: "11111111-aaaa-4aaa-8aaa-000000000001.file",
        type: "image",
        status: "ready",
        format: "jpeg",
        tags: ["summer", "old"],
        uploadedAt: "2023-03-01T10:01:00.000Z",
        createdAt: "2023-03-01T10:01:00.000Z",
        updatedAt: "2023-03-01T10:01:00.000Z",
      });
      const bytes = await server.get("/api/v3/assets/clip/data");
      expect(await bytes.bytes()).toEqual(await media("h264_aac.mp4"));
      const thumbnail = await server.get("/api/v3/assets/clip/thumbnail");
      expect(thumbnail.headers.get("content-type")).toBe("image/webp");
      // A PDF has no picture of ours, so the old one is taken, where there was one.
      const paper = await server.get("/api/v3/assets/paper/thumbnail");
      expect(paper.status).toBe(age === "thumbnails" ? 200 : 404);
      const broken = await server.api("GET", "/assets/broken");
      expect(broken.data).toMatchObject({ status: "failed", url: null, error: { code: "media_unreadable" } });

      const client = await server.api("GET", "/clients/client-a");
      expect(client.data).toMatchObject({
        name: "Acme",
        homepage: null,
        brandGuidelines: { colors: ["#ff0055"], tone: "warm", fonts: null },
        metadata: { legacy: { brandGuidelines: { logoUsage: { clear: "20px" } } } },
        createdAt: "2023-02-01T09:00:00.000Z",
        updatedAt: "2023-02-02T10:30:00.000Z",
      });
      const campaign = await server.api("GET", "/campaigns/campaign-a");
      expect(campaign.data).toMatchObject({ status: "active", brief: { season: "summer" }, productUrl: null });
      const job = await server.api("GET", "/jobs/7");
      expect(job.data).toMatchObject({
        status: "storyboard_ready",
        videoSpecs: { duration: 12, format: "9:16", resolution: "720p" },
        assetIds: ["11111111-aaaa-4aaa-8aaa-000000000001", "clip"],
        actualCost: 0.25,
        estimatedCost: 0.5,
        createdAt: "2023-04-01T12:00:00.000Z",
        updatedAt: "2023-04-01T12:05:00.000Z",
        scenes: [
          { id: "s-1", sceneNumber: 1, duration: 4.5, metadata: { mood: "calm" }, assets: [expect.any(String)] },
          { id: "s-2", sceneNumber: 2, duration: 7.5, assets: ["clip"] },
        ],
      });
    },
    120 * SECOND,
  );

  test(
    "records each event as imported, from which id and with its original time, and when it really was recorded",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      old.insertAsset({ id: "a", name: "a", uploaded_at: "2023-03-01 10:00:00" }, await media("photo.png"));
      old.close();
      const begin = new Date().toISOString();
      await reelog(place.dataDir, "import-legacy", old.path);
      using db = new Database(databasePath(place.dataDir), { readonly: true, strict: true });
      const rows = db.query<{ metadata: string; recorded_at: string }, []>("SELECT metadata, recorded_at FROM events");
      for (const { metadata, recorded_at } of rows.all()) {
        expect(JSON.parse(metadata)).toEqual({
          owner: "local",
          actor: "import-legacy",
          imported: { system: "legacy", id: "a", createdAt: "2023-03-01T10:00:00.000Z" },
        });
        expect(recorded_at >= begin).toBe(true);
      }
    },
    60 * SECOND,
  );

  test(
    "gives the things of each user to the owner of the user's name, for whom a key can be issued",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "thumbnails");
      await fillOldBackend(old);
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said.out).toContain("Owners: ann, bob");
      const owners = await ownersIn(place.dataDir);
      expect(owners).toMatchObject({
        "asset-of-bob": "bob",
        "asset-clip": "ann",
        "job-7": "ann",
        "client-client-b": "bob",
      });
      const key = (await reelog(place.dataDir, "keys", "create", "--owner", "ann")).out.trim();
      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      const as = { authorization: `Bearer ${key}` };
      expect((await server.api("GET", "/assets/clip", undefined, as)).status).toBe(200);
      expect((await server.api("GET", "/jobs/7/history", undefined, as)).status).toBe(200);
      expect((await server.api("GET", "/assets/of-bob", undefined, as)).status).toBe(404);
      expect((await server.api("GET", "/clients/client-b", undefined, as)).status).toBe(404);
    },
    60 * SECOND,
  );

  test(
    "leaves the old file and its directory as they were, also one in WAL mode",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      old.db.run("PRAGMA journal_mode = WAL");
      await fillOldBackend(old);
      old.close();
      const before = {
        stat: statSync(old.path),
        sha256: await sha256Of(old.path),
        names: readdirSync(place.directory),
      };
      await reelog(place.dataDir, "import-legacy", "--dry-run", old.path);
      expect(readdirSync(place.directory)).toEqual(before.names);
      expect((await reelog(place.dataDir, "import-legacy", old.path)).status).toBe(0);
      expect(await sha256Of(old.path)).toBe(before.sha256);
      expect(statSync(old.path).mtimeMs).toBe(before.stat.mtimeMs);
      expect(readdirSync(dirname(old.path)).toSorted()).toEqual([...before.names, "data"].toSorted());
    },
    60 * SECOND,
  );

  test(
    "finds what is only in the write-ahead log of a backend that was not stopped well",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      old.db.run("PRAGMA journal_mode = WAL");
      old.insert("clients", { id: "late", user_id: null, name: "Late" });
      const names = readdirSync(place.directory);
      expect(names).toContain("old.db-wal");
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said.err).toContain("unfinished journal");
      expect(said.out).toMatch(/clients +1 /);
      expect(readdirSync(place.directory).filter((name) => name !== "data")).toEqual(names);
      old.close();
    },
    60 * SECOND,
  );

  test(
    "changes nothing when it is run again",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "thumbnails");
      await fillOldBackend(old);
      old.close();
      await reelog(place.dataDir, "import-legacy", old.path);
      const before = eventsIn(place.dataDir).length;
      const again = await reelog(place.dataDir, "import-legacy", old.path);
      expect(again.status).toBe(0);
      expect(again.out).toMatch(/clients +0 +0 +2 +0\ncampaigns +0 +0 +1 +0\nassets +0 +0 +6 +0\njobs +0 +0 +1 +0/);
      expect(eventsIn(place.dataDir)).toHaveLength(before);
    },
    60 * SECOND,
  );

  test(
    "says in a dry run what it would do, and makes not even the data directory",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "thumbnails");
      await fillOldBackend(old);
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", "--dry-run", old.path);
      expect(said.status).toBe(0);
      expect(said.out).toMatch(/clients +2 +0 +0 +0\ncampaigns +1 +0 +0 +0\nassets +6 +0 +0 +0\njobs +1 +0 +0 +0/);
      expect(readdirSync(place.directory)).toEqual(["old.db"]);

      await reelog(place.dataDir, "import-legacy", old.path);
      const files = filesIn(place.dataDir);
      const later = await reelog(place.dataDir, "import-legacy", "--dry-run", old.path);
      expect(later.out).toMatch(/clients +0 +0 +2 +0\ncampaigns +0 +0 +1 +0\nassets +0 +0 +6 +0\njobs +0 +0 +1 +0/);
      expect(filesIn(place.dataDir)).toEqual(files);
    },
    60 * SECOND,
  );

  test(
    "refuses to work beside a running server, with a sentence that says what to do",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      old.close();
      await using _server = await startTestServer({ DATA_DIR: place.dataDir });
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said).toMatchObject({ status: 1, out: "" });
      expect(said.err).toContain("stop it first");
    },
    60 * SECOND,
  );

  test(
    "exits 1 for a file that is missing, is no database, or is not of the old backend, and 2 for wrong usage",
    async () => {
      using place = await temporaryPlace();
      const { directory, dataDir } = place;
      await Bun.write(`${directory}/text.db`, "no database at all ".repeat(50));
      await Bun.write(`${directory}/empty.db`, "");
      const cases: [string[], number, string][] = [
        [[], 2, "missing required argument"],
        [[`${directory}/none.db`], 1, "no such file"],
        [[directory], 1, "no such file"],
        [[`${directory}/text.db`], 1, "as a SQLite database"],
        [[`${directory}/empty.db`], 1, "as a SQLite database"],
        [["--owner", "", `${directory}/none.db`], 2, "--owner"],
      ];
      for (const [parameters, status, text] of cases) {
        const said = await reelog(dataDir, "import-legacy", ...parameters);
        expect(said).toMatchObject({ status, out: "" });
        expect(said.err).toContain(text);
      }
      await using server = await startTestServer({ DATA_DIR: dataDir });
      await server.stop();
      const own = await reelog(`${directory}/other`, "import-legacy", databasePath(dataDir));
      expect(own.status).toBe(1);
    },
    30 * SECOND,
  );
});

async function ownersIn(dataDir: string): Promise<Record<string, string>> {
  using db = new Database(databasePath(dataDir), { readonly: true, strict: true });
  const rows = db.query<{ stream: string; owner: string }, []>(
    "SELECT stream, json_extract(metadata, '$.owner') AS owner FROM events WHERE version = 1",
  );
  return Object.fromEntries(rows.all().map(({ stream, owner }) => [stream, owner]));
}
