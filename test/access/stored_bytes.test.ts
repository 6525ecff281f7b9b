import { describe, expect, test } from "bun:test";
import { AssetBatch } from "../../src/assets/schema.ts";
import { randomOf } from "../histories/mod.ts";
import { type Answer, checked, failedAssetId, readAsset, readAssets } from "../support/answer.ts";
import { form, startServerAndOrigin } from "../support/imports.ts";
import { storedBytesOf } from "../support/stored_bytes.ts";
import { type Api, until } from "../support/test_server.ts";
import {
  ALL,
  blobFiles,
  expectSound,
  FOR_ALL,
  FOR_THREE,
  MOST,
  OVER,
  putText,
  refusalOf,
  SIZE,
  textOf,
  twoOwners,
  upload,
} from "./two_owners.ts";

describe("an owner with room for three files", () => {
  test("gets exactly three of a hundred that arrive at one moment; the rest fail and say why", async () => {
    const env = { ...FOR_THREE, ASSET_DOWNLOAD_CONCURRENCY: "40", IMPORTS_PER_OWNER: "30" };
    await using both = await startServerAndOrigin(env);
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
    await using both = await startServerAndOrigin(FOR_THREE);
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
    await using both = await startServerAndOrigin(FOR_THREE);
    const { server } = both;
    const { ann, bob } = await twoOwners(server);
    const text = textOf(7);
    const mine = [await upload(ann, text), await upload(ann, text), await upload(ann, text)].map(readAsset);
    expect(refusalOf(await upload(ann, text))).toEqual(OVER);
    // The refused copy takes nothing with it: neither from its owner nor from others.
    const bobs = readAsset(await upload(bob, text));
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
    await using both = await startServerAndOrigin(FOR_ALL);
    const { server, origin } = both;
    const { ann } = await twoOwners(server);
    await upload(ann, ALL);
    const refused = await ann("POST", "/assets/from-url", putText(origin, "/never.txt", 2));
    expect(refusalOf(refused)).toEqual(OVER);
    expect(refused.error).toBe(`Cannot store more: the owner has 420 bytes and may have 420 in all`);
    expect(origin.requests).toEqual([]);
    const failed = readAsset(await ann("GET", `/assets/${failedAssetId(refused)}`));
    expect(failed).toMatchObject({ status: "failed", size: null, error: { code: "quota_exceeded" } });
    await expectSound(server, ALL.length);
  });

  test("has room again for a content that is found unreadable", async () => {
    await using both = await startServerAndOrigin(FOR_THREE);
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
    await using both = await startServerAndOrigin(FOR_ALL);
    const { server } = both;
    const { ann } = await twoOwners(server);
    const send = () => ann("POST", "/assets", form(new File([ALL], "notes.txt")), { "idempotency-key": "once" });
    const [one, two] = await Promise.all([send(), send()]);
    const three = await send();
    expect([one, two, three].map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set([one, two, three].map((answer) => readAsset(answer).id)).size).toBe(1);
    await expectSound(server, ALL.length);
  });
});

test("whatever two owners do at once, none ever has more than the quota", async () => {
  await using both = await startServerAndOrigin({ ...FOR_THREE, ASSET_DOWNLOAD_CONCURRENCY: "16" });
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
        const [first] = readAssets(await api("GET", "/assets?status=all&limit=1"));
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
