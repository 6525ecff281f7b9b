import { expect, setDefaultTimeout, test } from "bun:test";
import { masksInMasks } from "../media/bombs.ts";
import { fixture } from "../media/fixtures.ts";
import { lastingData } from "../server/lasting_data.ts";
import { readAsset } from "../support/answer.ts";
import { newClient } from "../support/clients.ts";
import { form } from "../support/imports.ts";
import { act, jobBody, readJob } from "../support/jobs.ts";
import { type MadeKey, newKey } from "../support/keys.ts";
import { type ServerProcess, spawnServer } from "../support/server_process.ts";
import { type Api, until } from "../support/test_server.ts";
import { costOf, MEDIA, PATIENT, strike } from "./struck_children.ts";

setDefaultTimeout(400_000);

/** An owner's view of a server. */
function ownerAt({ api }: ServerProcess, { headers }: MadeKey) {
  const own: Api = (method, path, body, more) => api(method, path, body, { ...headers, ...more });
  const asset = async (id: string) => readAsset(await own("GET", `/assets/${id}`));
  return {
    api: own,
    asset,
    async upload(file: File): Promise<string> {
      return readAsset(await own("POST", "/assets", form(file), { prefer: "respond-async" })).id;
    },
    settled: (id: string) => until(async () => (await asset(id)).status !== "pending", PATIENT),
  };
}

async function withTwoOwners() {
  const place = await lastingData();
  const server = await spawnServer(place.env);
  const [ann, bob] = [await newKey(place.dataDir, "ann"), await newKey(place.dataDir, "bob")];
  await until(async () => (await server.api("GET", "/me", undefined, bob.headers)).status === 200);
  return {
    server,
    ann: ownerAt(server, ann),
    bob: ownerAt(server, bob),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** A drawing that is read in some seconds, each time with a content of its own. */
const drawing = () => new File([`${masksInMasks(2)}<!-- ${crypto.randomUUID()} -->`], "drawing.svg");
const photo = async () => new File([await Bun.file(fixture("photo.png")).bytes()], "photo.png");

test("a poison file: an import whose decoder crashes each time fails, and another owner's import does not", async () => {
  await using both = await withTwoOwners();
  const { server, ann, bob } = both;
  const cost = await costOf(server, MEDIA, async () => ann.settled(await ann.upload(drawing())));

  const poison = await ann.upload(drawing());
  const crashes = { child: MEDIA, signal: "SIGSEGV", times: 100, afterMs: 0.5 * cost } as const;
  let beside = "";
  const struck = await strike(server, crashes, async () => {
    beside = await bob.upload(await photo());
    await Promise.all([ann.settled(poison), bob.settled(beside)]);
  });

  expect(await ann.asset(poison)).toMatchObject({
    status: "failed",
    error: { code: "media_unreadable", message: expect.stringContaining("crashed") },
  });
  // More where a process is struck that has just finished.
  expect(struck).toBeGreaterThanOrEqual(3);
  expect(await bob.asset(beside)).toMatchObject({ status: "ready", thumbnailUrl: expect.any(String) });
  const next = await ann.upload(drawing());
  await ann.settled(next);
  expect((await ann.asset(next)).status).toBe("ready");
});

test("a bomb: the import, the storyboard and the video of another owner beside it end well", async () => {
  await using both = await withTwoOwners();
  const { ann, bob } = both;
  // Each holds its decoder for as long as it may.
  const bombs: string[] = [];
  for (const depth of [40, 41]) bombs.push(await ann.upload(new File([masksInMasks(depth)], "bomb.svg")));

  const asset = await bob.upload(await photo());
  await bob.settled(asset);
  expect(await bob.asset(asset)).toMatchObject({ status: "ready", thumbnailUrl: expect.any(String) });
  const assets = [{ assetId: asset }];
  const body = jobBody({ clientId: await newClient(bob.api), assets });
  const { id } = readJob(await bob.api("POST", "/jobs", body, { prefer: "respond-async" }));
  const job = async () => readJob(await bob.api("GET", `/jobs/${id}`));
  await until(async () => (await job()).status === "storyboard_ready", PATIENT);
  await act(bob.api, { id }, { action: "approve", headers: { prefer: "respond-async" } });
  await until(async () => ["completed", "failed"].includes((await job()).status), PATIENT);
  expect(await job()).toMatchObject({ status: "completed", warnings: [] });

  for (const bomb of bombs) {
    await ann.settled(bomb);
    expect(await ann.asset(bomb)).toMatchObject({ status: "failed", error: { code: "media_unreadable" } });
  }
});
