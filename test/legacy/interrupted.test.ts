import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { eventsIn, filesIn, startTestServer, until } from "../support/test_server.ts";
import { createOldBackend, media, reelog, temporaryPlace } from "./old_backend.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

describe("an import that is killed", () => {
  test("goes on where it was, brings nothing twice and leaves no bytes that nobody needs", async () => {
    using place = await temporaryPlace();
    const { dataDir } = place;
    const old = createOldBackend(place.directory, "thumbnails");
    old.insert("users", { id: 1, username: "ann", email: null });
    const photo = await media("photo.jpg");
    const count = 30;
    for (let index = 0; index < count; index++) {
      // What follows the picture's end is read by nobody, but makes another content of it.
      const bytes = Buffer.concat([photo, Buffer.from(`copy ${index}`)]);
      old.insertAsset({ id: `a${index}`, user_id: 1, name: `Copy ${index}`, asset_type: "image" }, bytes);
      old.insert("generated_videos", { id: index + 1, status: "failed", client_id: null, parameters: "{}" });
    }
    old.close();

    const importing = () =>
      Bun.spawn([process.execPath, MAIN, "import-legacy", old.path], {
        env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir },
        stdout: "pipe",
        stderr: "pipe",
      });
    const streams = () => eventsIn(dataDir).map(({ stream }) => stream);
    for (const killedAfter of [2, 11]) {
      const running = importing();
      await until(() => running.exitCode !== null || (hasEvents(dataDir) && new Set(streams()).size >= killedAfter));
      running.kill("SIGKILL");
      await running.exited;
    }
    const brought = new Set(streams()).size;
    expect(brought).toBeGreaterThanOrEqual(11);
    expect(brought).toBeLessThan(2 * count);

    const said = await reelog(dataDir, "import-legacy", old.path);
    expect(said.status).toBe(0);
    const all = streams();
    expect(new Set(all).size).toBe(2 * count);
    // Each asset: asked for, stored, its thumbnail, inspected. Each job: made, its assets, failed.
    expect(all).toHaveLength(count * 4 + count * 3);
    expect((await reelog(dataDir, "replay", "--verify")).status).toBe(0);
    expect((await reelog(dataDir, "sweep")).status).toBe(0);
    const files = filesIn(`${dataDir}/blobs`).filter((name) => /[0-9a-f]{64}$/.test(name));
    // One thumbnail of them all.
    expect(files).toHaveLength(count + 1);
    await using server = await startTestServer({ DATA_DIR: dataDir });
    expect((await server.get("/health/ready")).status).toBe(200);
  });
});

describe("an import that finds no room", () => {
  test("stops at the first thing that has none, says so, and goes on from there", async () => {
    using place = await temporaryPlace();
    const { dataDir } = place;
    const old = createOldBackend(place.directory, "oldest");
    const document = new TextEncoder().encode("words ".repeat(1_500_000));
    old.insertAsset({ id: "small", name: "small", uploaded_at: "2023-01-01 10:00:00" }, await media("photo.png"));
    old.insertAsset({ id: "large", name: "large", uploaded_at: "2023-01-02 10:00:00" }, document);
    old.insert("generated_videos", { id: 1, status: "failed", parameters: '{"processed_asset_ids":["large"]}' });
    old.close();
    const narrow = Bun.spawn(["prlimit", "--fsize=6000000", process.execPath, MAIN, "import-legacy", old.path], {
      env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir },
      stdout: "ignore",
      stderr: "pipe",
    });
    expect(await new Response(narrow.stderr).text()).toContain("Cannot go on at asset large");
    expect(await narrow.exited).toBe(1);
    const said = await reelog(dataDir, "import-legacy", old.path);
    expect(said.out).toMatch(/assets +1 +0 +1 +0\njobs +1 +0 +0 +0/);
    await using server = await startTestServer({ DATA_DIR: dataDir });
    expect((await server.api("GET", "/jobs/1")).data).toMatchObject({ assetIds: ["large"] });
  });
});

/** The database appears before its tables do. */
function hasEvents(dataDir: string): boolean {
  try {
    return eventsIn(dataDir).length > 0;
  } catch {
    return false;
  }
}
