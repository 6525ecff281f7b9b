import { describe, expect, test } from "bun:test";
import { readAsset } from "../support/answer.ts";
import type { MediaOrigin } from "../support/origin.ts";
import { spawnServer } from "../support/server_process.ts";
import { eventsIn, filesIn, until } from "../support/test_server.ts";
import { importBody, lastingData, ONCE, typesOf } from "./lasting_data.ts";

describe("a server that is told to stop", () => {
  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "by %s lets a running request finish, takes no new one, and says that it stops",
    async (signal) => {
      await using place = await lastingData();
      await using server = await spawnServer(place.env);
      // The media process has started by then, so that the rest of the request fits into the grace on a busy machine, too.
      expect((await server.api("POST", "/assets/from-url", importBody(place.origin, "/photo.webp"))).status).toBe(201);
      const waiting = server.api("POST", "/assets/from-url", importBody(place.origin, "/held/slow/photo.png"));
      await until(() => place.origin.requests.length === 2);
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
      const complaints = server.logs.filter(
        (line) => /"level":"(warn|error|fatal)"/.test(line) && !line.includes("runs as root"),
      );
      expect(complaints).toEqual([]);
      await until(() => server.logs.some((line) => line.includes('"msg":"stopped"')));
    },
  );

  test("is gone at once when it has nothing to do, also when told twice", async () => {
    await using place = await lastingData();
    await using server = await spawnServer(place.env);
    server.kill("SIGTERM");
    server.kill("SIGTERM");
    expect(await server.exited).toBe(0);
  });
});

describe("a server that is killed", () => {
  /** The moments of the kill, as conditions. */
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
    await using place = await lastingData();
    let id: string;
    {
      await using server = await spawnServer(place.env);
      const answer = await server.api("POST", "/assets/from-url", importBody(place.origin, path), {
        prefer: "respond-async",
      });
      id = readAsset(answer).id;
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
    await until(async () => readAsset(await server.api("GET", `/assets/${id}`)).status === "ready");
    expect(typesOf(place.dataDir, id)).toEqual(ONCE);
    await until(() => filesIn(`${place.dataDir}/blobs`).length === 2);
    expect(filesIn(`${place.dataDir}/blobs`).join(" ")).not.toMatch(new RegExp(`${orphan}|tmp`));
    expect(await (await fetch(`${server.url}/api/v3/assets/${id}/data`)).bytes()).toHaveLength(1145);
  });
});
