import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { AssetBatch } from "../../src/assets/schema.ts";
import { allEvents, allProjections } from "../../src/catalogue.ts";
import { createCatalogue, databasePath, verify } from "../../src/event_log/mod.ts";
import { randomOf } from "../histories/mod.ts";
import { type Answer, assetOf, assetsOf, checked, failedAssetId } from "../support/answer.ts";
import { act, jobBody, jobNow, jobOf, reached, readyJob } from "../support/jobs.ts";
import { newKey } from "../support/keys.ts";
import type { MediaOrigin } from "../support/origin.ts";
import { newClient } from "../support/people.ts";
import { form, startBoth } from "../support/sources.ts";
import { storedBytesOf } from "../support/stored_bytes.ts";
import { type Api, filesIn, type TestServer, until } from "../support/test_server.ts";

/** How large each text of these tests is, in bytes. */
const SIZE = 400;
/** Room for three of them and a bit, and the setting that says so. */
const MOST = 1311;
const FOR_THREE = { STORED_MB_PER_OWNER: "0.00125" };
/** Room for exactly this text. */
const ALL = "y".repeat(420);
const FOR_ALL = { STORED_MB_PER_OWNER: "0.0004" };

/** Two owners of one server. */
async function twoOwners(server: TestServer): Promise<{ ann: Api; bob: Api }> {
  const as = async (owner: string): Promise<Api> => {
    const { headers } = await newKey(server.config.dataDir, owner);
    return (method, path, body, more) => server.api(method, path, body, { ...headers, ...more });
  };
  const both = { ann: await as("ann"), bob: await as("bob") };
  await until(async () => (await server.get("/api/v3/me")).status === 401);
  return both;
}

/** A text that is like no other of another number. */
function textOf(number: number): string {
  return `${number} `.padEnd(SIZE, "x");
}

function putText(origin: MediaOrigin, path: string, number: number): object {
  origin.put(path, new TextEncoder().encode(textOf(number)));
  return { name: `notes ${number}`, type: "document", url: `${origin.url}${path}` };
}

function upload(api: Api, text: string): Promise<Answer> {
  return api("POST", "/assets", form(new File([text], "notes.txt")));
}

/** The log, the rows and the files agree, and never has an owner had too much. */
async function expectSound({ config: { dataDir } }: TestServer, most = MOST): Promise<void> {
  for (const owner of ["ann", "bob"]) {
    const { peak, now, rows } = storedBytesOf(dataDir, owner);
    expect({ owner, peak, isWithin: peak <= most, rows }).toEqual({ owner, peak, isWithin: true, rows: now });
  }
  const catalogue = createCatalogue(allEvents);
  expect(verify(databasePath(dataDir), allProjections, { catalogue }).differences).toEqual([]);
}

function blobFiles({ config: { dataDir } }: TestServer): string[] {
  return filesIn(join(dataDir, "blobs"));
}

const refusalOf = ({ status, meta: { code } }: Answer) => ({ status, code });
const OVER: ReturnType<typeof refusalOf> = { status: 409, code: "quota_exceeded" };

describe("an owner with room for three files", () => {
  test("gets exactly three of a hundred that arrive at one moment; the rest fail and say why", async () => {
    const env = { ...FOR_THREE, ASSET_DOWNLOAD_CONCURRENCY: "40", IMPORTS_PER_OWNER: "30" };
    await using both = await startBoth(env);
    const { server, origin } = both;
    const { ann, bob } = await twoOwners(server);
    const assets = Array.from({ length: 100 }, (_, index) => putText(origin, `/held/all/${index}.txt`, index));
    const asking = ann("POST", "/assets/from-urls", { assets });
    await until(() => origin.open() === 30);
    const bobs = await bob("POST", "/assets/from-url", putText(origin, "/bob.txt", 1_000));
    expect(bobs.status).toBe(201);
    origin.release("all");
    const { results, summary } = checked(AssetBatch, (await asking).data);
    expect(summary).toEqual({ total: 100, successful: 3, failed: 97 });
    const errors = results.flatMap(({ error }) => (error ? [error] : []));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["quota_exceeded"]));
    expect(new Set(errors.map(({ message }) => message))).toEqual(
      new Set([`Cannot store ${SIZE} bytes more: the owner has ${3 * SIZE} and may have ${MOST} in all`]),
    );
    expect(storedBytesOf(server.config.dataDir, "ann").rows).toBe(3 * SIZE);
    // Nothing of what was refused stays, not even its bytes.
    await until(() => blobFiles(server).length === 4);
    await expectSound(server);
  });

  test("gets exactly three of twenty uploads at once, sent without a length; another owner gets hers", async () => {
    await using both = await startBoth(FOR_THREE);
    const { server } = both;
    const { ann, bob } = await twoOwners(server);
    const attempts = Array.from({ length: 20 }, (_, index) => uploadInPieces(ann, textOf(index)));
    const [bobs, ...answers] = await Promise.all([upload(bob, textOf(99)), ...attempts]);
    expect(bobs.status).toBe(201);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status !== 201).map(refusalOf);
    expect(refused).toEqual(Array.from({ length: 17 }, () => OVER));
    // A refused upload is no asset.
    expect((await ann("GET", "/assets?status=all")).meta.total).toBe(3);
    await until(() => blobFiles(server).length === 4);
    await expectSound(server);
  });

  test("pays for the same content each time, keeps it when one more is refused, and gets back what is deleted", async () => {
    await using both = await startBoth(FOR_THREE);
    const { server } = both;
    const { ann, bob } = await twoOwners(server);
    const text = textOf(7);
    const mine = [await upload(ann, text), await upload(ann, text), await upload(ann, text)].map(assetOf);
    expect(refusalOf(await upload(ann, text))).toEqual(OVER);
    // The refused copy takes nothing with it: neither from its owner nor from others.
    const bobs = assetOf(await upload(bob, text));
    expect(refusalOf(await upload(ann, text))).toEqual(OVER);
    const urls = [...mine, bobs].map(({ url }) => url ?? "");
    for (const url of urls) expect(await (await server.get(url)).text()).toBe(text);
    for (const { id } of mine) expect((await ann("DELETE", `/assets/${id}`)).status).toBe(200);
    expect(storedBytesOf(server.config.dataDir, "ann").rows).toBe(0);
    expect(await (await server.get(bobs.url ?? "")).text()).toBe(text);
    const again = await Promise.all([1, 2, 3, 4, 5].map(() => upload(ann, text)));
    expect(again.filter(({ status }) => status === 201)).toHaveLength(3);
    await expectSound(server);
  });

  test("is refused before anything is fetched when nothing is left", async () => {
    await using both = await startBoth(FOR_ALL);
    const { server, origin } = both;
    const { ann } = await twoOwners(server);
    await upload(ann, ALL);
    const refused = await ann("POST", "/assets/from-url", putText(origin, "/never.txt", 2));
    expect(refusalOf(refused)).toEqual(OVER);
    expect(refused.error).toBe(`Cannot store more: the owner has 420 bytes and may have 420 in all`);
    expect(origin.requests).toEqual([]);
    const failed = assetOf(await ann("GET", `/assets/${failedAssetId(refused)}`));
    expect(failed).toMatchObject({ status: "failed", size: null, error: { code: "quota_exceeded" } });
    await expectSound(server, ALL.length);
  });

  test("has room again for a content that is found unreadable", async () => {
    await using both = await startBoth(FOR_THREE);
    const { server } = both;
    const { ann } = await twoOwners(server);
    for (let count = 0; count < 4; count++) {
      const broken = await ann("POST", "/assets", form(new File([new Uint8Array(SIZE)], "broken.png")));
      expect(broken.status).toBe(415);
    }
    expect((await upload(ann, textOf(1))).status).toBe(201);
    await expectSound(server);
  });

  test("whose Idempotency-Key is sent twice hears of the first upload, also when nothing is left", async () => {
    await using both = await startBoth(FOR_ALL);
    const { server } = both;
    const { ann } = await twoOwners(server);
    const send = () => ann("POST", "/assets", form(new File([ALL], "notes.txt")), { "idempotency-key": "once" });
    const [one, two] = await Promise.all([send(), send()]);
    const three = await send();
    expect([one, two, three].map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set([one, two, three].map((answer) => assetOf(answer).id)).size).toBe(1);
    await expectSound(server, ALL.length);
  });
});

test("whatever two owners do at once, none ever has more than the quota", async () => {
  await using both = await startBoth({ ...FOR_THREE, ASSET_DOWNLOAD_CONCURRENCY: "16" });
  const { server, origin } = both;
  const owners = Object.values(await twoOwners(server));
  const draw = randomOf(20_261_122);

  async function step(number: number, api: Api): Promise<Answer> {
    const content = draw(5);
    switch (draw(4)) {
      case 0:
        return await upload(api, textOf(content));
      case 1:
        return await api("POST", "/assets/from-url", putText(origin, `/${number}.txt`, content));
      case 2: {
        const assets = [0, 1, 2, 3].map((index) => putText(origin, `/${number}-${index}.txt`, content + index));
        return await api("POST", "/assets/from-urls", { assets });
      }
      default: {
        const [first] = assetsOf(await api("GET", "/assets?status=all&limit=1"));
        return await api("DELETE", `/assets/${first?.id ?? "none"}`);
      }
    }
  }

  const answers: Answer[] = [];
  for (let round = 0; round < 5; round++) {
    const steps = Array.from({ length: 16 }, (_, index) => step(round * 16 + index, owners[index % 2] ?? server.api));
    answers.push(...(await Promise.all(steps)));
  }
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].filter((status) => ![200, 201, 404, 409].includes(status))).toEqual([]);
  expect(statuses).toContain(409);
  await expectSound(server);
});

describe("a job", () => {
  test("whose asset does not fit fails with the asset's reason, and goes on by retry once there is room", async () => {
    await using both = await startBoth({ STORED_MB_PER_OWNER: "0.001" });
    const { server, origin } = both;
    const { ann } = await twoOwners(server);
    const filler = assetOf(await upload(ann, "y".repeat(1_000)));
    const clientId = await newClient(ann);
    const { url } = checked(Type.Object({ url: Type.String() }), putText(origin, "/brief.txt", 3));
    const body = jobBody({ clientId, assets: [{ url, type: "document" }] });
    const made = jobOf(await ann("POST", "/jobs", body));
    const failed = await reached(ann, made, "failed");
    expect(failed.error).toMatchObject({ code: "quota_exceeded", assetId: failed.assetIds[0] });
    expect(jobOf(await act(ann, made, { action: "retry" })).status).toBe("pending");
    expect((await reached(ann, made, "failed")).error?.code).toBe("quota_exceeded");
    await ann("DELETE", `/assets/${filler.id}`);
    await act(ann, made, { action: "retry" });
    expect((await reached(ann, made, "storyboard_ready", "failed")).error).toBeNull();
    await expectSound(server, 1_048);
  });

  test("whose video does not fit fails and keeps nothing of it; retry makes it once there is room", async () => {
    const most = 2 * 2 ** 20;
    await using both = await startBoth({ STORED_MB_PER_OWNER: "2" });
    const { server } = both;
    const { ann, bob } = await twoOwners(server);
    const filler = assetOf(await upload(ann, "y".repeat(most - 100)));
    const job = await readyJob(ann, { creative: { videoSpecs: { duration: 3, resolution: "480p" } } });
    await act(ann, job, { action: "approve" });
    const failed = await reached(ann, job, "failed", "completed");
    expect(failed.error).toMatchObject({ code: "quota_exceeded" });
    expect(failed.error?.message).toMatch(
      /^Cannot store \d+ bytes more: the owner has 2097052 and may have 2097152 in all$/,
    );
    expect(failed.videoUrl).toBeNull();
    await until(() => blobFiles(server).length === 1);
    // Each retry fails once more, and none goes round by itself.
    const before = server.eventTypes().length;
    await act(ann, job, { action: "retry" });
    await reached(ann, job, "failed");
    expect(server.eventTypes().filter((type) => type === "JobFailed")).toHaveLength(2);
    await ann("DELETE", `/assets/${filler.id}`);
    await act(ann, job, { action: "retry" });
    const done = await reached(ann, job, "completed", "failed");
    expect(done.status).toBe("completed");
    expect(server.eventTypes().length).toBeGreaterThan(before);
    const { rows } = storedBytesOf(server.config.dataDir, "ann");
    expect(rows).toBeGreaterThan(0);
    // The video counts from now on, and only for its owner.
    expect(refusalOf(await upload(ann, "z".repeat(most - rows + 1)))).toEqual(OVER);
    expect((await upload(ann, "z".repeat(most - rows))).status).toBe(201);
    expect((await upload(bob, "z".repeat(most - rows + 1))).status).toBe(201);
    await expectSound(server, most);
  });

  test("of an owner with nothing left is not rendered at all", async () => {
    await using both = await startBoth(FOR_ALL);
    const { server } = both;
    const { ann } = await twoOwners(server);
    await upload(ann, ALL);
    const job = await readyJob(ann);
    await act(ann, job, { action: "approve" });
    expect((await reached(ann, job, "failed")).error?.code).toBe("quota_exceeded");
    expect(server.eventTypes()).not.toContain("RenderStarted");
    expect((await act(ann, job, { action: "cancel" })).status).toBe(200);
    expect((await jobNow(ann, job)).status).toBe("cancelled");
  });
});

/** Sends a form whose length nobody knows until it ends. */
async function uploadInPieces(api: Api, text: string): Promise<Answer> {
  const whole = new Response(form(new File([text], "notes.txt")));
  // Asked first: Bun forgets the boundary once the body is read.
  const type = whole.headers.get("content-type") ?? "";
  const bytes = await whole.bytes();
  const body = new ReadableStream({
    async start(controller) {
      for (let at = 0; at < bytes.length; at += 150) {
        controller.enqueue(bytes.slice(at, at + 150));
        await Bun.sleep(1);
      }
      controller.close();
    },
  });
  return await api("POST", "/assets", body, { "content-type": type });
}
