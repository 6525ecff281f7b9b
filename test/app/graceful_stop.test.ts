import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { assetOf } from "../support/answer.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { spawnServer } from "../support/server_process.ts";
import { imageBody } from "../support/sources.ts";
import { eventsIn, filesIn, temporaryDirectory, until } from "../support/test_server.ts";

/** Data that outlives its servers, and the origin that they fetch from. */
async function lasting() {
  const origin = await startOrigin();
  const dataDir = await temporaryDirectory();
  return {
    origin,
    dataDir,
    env: { DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant },
    async [Symbol.asyncDispose]() {
      await origin[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function held(origin: MediaOrigin, path: string) {
  return imageBody(origin, { url: `${origin.url}${path}` });
}

function typesOf(dataDir: string, id: string): string[] {
  return eventsIn(dataDir)
    .filter(({ stream }) => stream === `asset-${id}`)
    .map(({ type }) => type);
}

const ONCE = ["AssetRequested", "BlobStored", "ThumbnailStored", "AssetInspected"];

describe("a server that is told to stop", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "by %s lets a running request finish, takes no new one, and says that it stops",
    async (signal) => {
      await using place = await lasting();
      await using server = await spawnServer(place.env);
      const waiting = server.api("POST", "/assets/from-url", held(place.origin, "/held/slow/photo.png"));
      await until(() => place.origin.requests.length === 1);
      server.kill(signal);
      await until(() =>
        fetch(`${server.url}/health/ready`).then(
          ({ ok }) => !ok,
          () => true,
        ),
      );
      place.origin.release("slow");
      expect((await waiting).status).toBe(201);
      expect(await server.exited).toBe(0);
      expect(server.logs.filter((line) => /"level":[456]0/.test(line))).toEqual([]);
      await until(() => server.logs.some((line) => line.includes('"msg":"stopped"')));
    },
  );

  test("is gone at once when it has nothing to do, also when told twice", async () => {
    await using place = await lasting();
    await using server = await spawnServer(place.env);
    server.kill("SIGTERM");
    server.kill("SIGTERM");
    expect(await server.exited).toBe(0);
  });

  test("leaves an import that takes longer than the grace to the next start, which ends it once", async () => {
    await using place = await lasting();
    let id: string;
    {
      await using server = await spawnServer(place.env);
      const body = held(place.origin, "/half/long/photo.png");
      const headers = { "idempotency-key": "long" };
      id = assetOf(await server.api("POST", "/assets/from-url", body, { ...headers, prefer: "respond-async" })).id;
      // Somebody waits for it, so the server waits as well: but not for longer than the grace.
      const waiting = server.api("POST", "/assets/from-url", body, headers).catch(() => "cut off");
      await until(() => place.origin.open() === 1);
      await Bun.sleep(100);
      server.kill("SIGTERM");
      expect(await server.exited).toBe(0);
      expect(await waiting).toBe("cut off");
    }
    expect(typesOf(place.dataDir, id)).toEqual(["AssetRequested"]);
    expect(filesIn(`${place.dataDir}/blobs`)).toEqual([]);
    place.origin.release("long");
    await using server = await spawnServer(place.env);
    await until(async () => assetOf(await server.api("GET", `/assets/${id}`)).status === "ready");
    expect(typesOf(place.dataDir, id)).toEqual(ONCE);
  }, 60_000);
});

describe("a server that is killed", () => {
  /** When it is killed: what has happened by then. */
  const MOMENTS: [when: string, path: string, (place: { dataDir: string; origin: MediaOrigin }) => boolean][] = [
    ["before the source answers", "/held/kill/photo.png", ({ origin }) => origin.requests.length === 1],
    ["in mid-download", "/half/kill/photo.png", ({ dataDir }) => filesIn(`${dataDir}/blobs/tmp`).length === 1],
    [
      "when the bytes are there",
      "/photo.png",
      ({ dataDir }) => filesIn(`${dataDir}/blobs`).some((name) => !name.startsWith("tmp")),
    ],
    ["when the event of the bytes is there", "/photo.png", ({ dataDir }) => eventsIn(dataDir).length >= 2],
  ];

  test.each(MOMENTS)("%s has the asset ready exactly once after a restart, and no litter", async (_, path, isTime) => {
    await using place = await lasting();
    let id: string;
    {
      await using server = await spawnServer(place.env);
      const answer = await server.api("POST", "/assets/from-url", held(place.origin, path), {
        prefer: "respond-async",
      });
      id = assetOf(answer).id;
      await until(() => isTime(place));
      server.kill("SIGKILL");
      expect(await server.exited).toBeNull();
    }
    // What a crash between the bytes and their event leaves, as well.
    const orphan = new Bun.CryptoHasher("sha256").update("orphan").digest("hex");
    await Bun.write(`${place.dataDir}/blobs/${orphan.slice(0, 2)}/${orphan.slice(2, 4)}/${orphan}`, "orphan");
    await Bun.write(`${place.dataDir}/blobs/tmp/left-behind`, "half of something");
    place.origin.release("kill");
    await using server = await spawnServer(place.env);
    await until(async () => assetOf(await server.api("GET", `/assets/${id}`)).status === "ready");
    expect(typesOf(place.dataDir, id)).toEqual(ONCE);
    await until(() => filesIn(`${place.dataDir}/blobs`).length === 2);
    expect(filesIn(`${place.dataDir}/blobs`).join(" ")).not.toMatch(new RegExp(`${orphan}|tmp`));
    expect(await (await fetch(`${server.url}/api/v3/assets/${id}/data`)).bytes()).toHaveLength(1145);
  });
});
