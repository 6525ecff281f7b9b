import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { readAsset } from "../support/answer.ts";
import { form, imageBody, importAsset } from "../support/imports.ts";
import { startOrigin } from "../support/origin.ts";
import { spawnServer } from "../support/server_process.ts";
import { silence } from "../support/silence.ts";
import { temporaryDirectory, until } from "../support/test_server.ts";

const MIB = 1024 * 1024;

test("a full disk is met with 503, loses nothing, and is over when there is space again", async () => {
  await using origin = await startOrigin();
  const dataDir = await temporaryDirectory();
  // A file system of 16 MiB that only this server sees, and that goes with it.
  const mount = `mount -t tmpfs -o size=16m tmpfs ${dataDir} && exec "$@"`;
  const command = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, "sh"];
  await using server = await spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant }, command);
  const filler = `/proc/${server.pid}/root${dataDir}/filler`;
  origin.put("/long.wav", silence(3 * MIB));
  const long = { name: "long", type: "audio", url: `${origin.url}/long.wav` };
  const kept = await importAsset(server.api, origin);

  await Bun.write(filler, new Uint8Array(11 * MIB));
  const waiting = await server.api("POST", "/assets/from-url", long, { prefer: "wait=3" });
  // A full disk says nothing about the file: it is tried again until there is room.
  expect([waiting.status, readAsset(waiting).status]).toEqual([202, "pending"]);
  const upload = await server.api("POST", "/assets", form(new File([silence(3 * MIB)], "long.wav")));
  expect(`${upload.status} ${upload.meta.code}`).toBe("503 unavailable");
  // What is small still fits, between two tries of what does not.
  const small = imageBody(origin, { url: `${origin.url}/photo.jpg` });
  await until(async () => (await server.api("POST", "/assets/from-url", small)).status === 201);

  // Not a byte is left, not even for the log.
  await fill(filler);
  const bodies = Array.from({ length: 20 }, (_, n) =>
    imageBody(origin, { name: `${n}`.padEnd(250, "x"), url: `${origin.url}/held/x/a.png` }),
  );
  const refused = await Promise.all(
    bodies.map((body) => server.api("POST", "/assets/from-url", body, { prefer: "respond-async" })),
  );
  expect(refused.map(({ status, meta }) => `${status} ${meta.code}`)).toContain("503 unavailable");
  expect(refused.filter(({ status }) => status !== 202 && status !== 503).map(({ text }) => text)).toEqual([]);
  expect((await server.api("GET", `/assets/${kept.id}`)).status).toBe(200);
  expect((await fetch(`${server.url}${kept.url}`)).status).toBe(200);

  await rm(filler);
  origin.release("x");
  await until(async () => readAsset(await server.api("GET", `/assets/${readAsset(waiting).id}`)).status === "ready");
  const again = await server.api("POST", "/assets/from-url", long);
  expect(again.status).toBe(201);
  expect((await server.api("GET", `/assets/${kept.id}`)).data).toEqual(kept);
  await rm(dataDir, { recursive: true, force: true });
}, 300_000);

/** Takes every byte that is left. */
async function fill(path: string): Promise<void> {
  for (let n = 0; ; n++) {
    try {
      await Bun.write(`${path}-${n}`, new Uint8Array(4096));
    } catch {
      break;
    }
  }
}
