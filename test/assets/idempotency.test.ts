import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failedAssetId, readAsset } from "../support/answer.ts";
import { form, imageBody, startServerAndOrigin } from "../support/imports.ts";
import { labelled } from "../support/labelled.ts";
import { fixture } from "../support/origin.ts";
import { filesIn, until } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
beforeAll(async () => {
  both = await startServerAndOrigin();
});
afterAll(() => both[Symbol.asyncDispose]());

const key = (value: string) => ({ "idempotency-key": value });

describe("an Idempotency-Key", () => {
  test("gives a second request the first one's asset", async () => {
    const { origin, server } = both;
    const first = await server.api("POST", "/assets/from-url", imageBody(origin), key("ready"));
    const events = server.eventTypes().length;
    const reordered = Object.fromEntries(Object.entries(imageBody(origin)).reverse());
    const second = await server.api("POST", "/assets/from-url", reordered, key("ready"));
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.data).toEqual(first.data);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(server.eventTypes().length).toBe(events);
  });

  test("gives a second request the first one's failure, without asking the source again", async () => {
    const { origin, server } = both;
    const body = imageBody(origin, { url: `${origin.url}/missing.png` });
    const first = await server.api("POST", "/assets/from-url", body, key("failed"));
    const asked = origin.requests.length;
    origin.put("/missing.png", await fixture("photo.png"));
    const second = await server.api("POST", "/assets/from-url", body, key("failed"));
    expect([first.status, second.status]).toEqual([502, 502]);
    expect(second.error).toBe(first.error ?? "");
    expect(failedAssetId(second)).toBe(failedAssetId(first));
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(origin.requests.length).toBe(asked);
  });

  test("makes a second request wait for the first one's outcome", async () => {
    const { origin, server } = both;
    const body = imageBody(origin, { url: `${origin.url}/held/pending/photo.png` });
    const first = server.api("POST", "/assets/from-url", body, key("pending"));
    await until(() => origin.requests.includes("/held/pending/photo.png"));
    const impatient = await server.api("POST", "/assets/from-url", body, {
      ...key("pending"),
      prefer: "respond-async",
    });
    expect(impatient.status).toBe(202);
    const second = server.api("POST", "/assets/from-url", body, key("pending"));
    origin.release("pending");
    const [one, two] = await Promise.all([first, second]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(new Set([one, two, impatient].map((answer) => readAsset(answer).id)).size).toBe(1);
    expect(origin.requests.filter((path) => path === "/held/pending/photo.png").length).toBe(1);
  });

  test("with another body is 422, whatever became of the first", async () => {
    const { origin, server } = both;
    await server.api("POST", "/assets/from-url", imageBody(origin), key("reused"));
    const events = server.eventTypes().length;
    for (const change of [{ name: "Other" }, { tags: ["x"] }, { type: "video" }, { url: `${origin.url}/photo.jpg` }]) {
      const answer = await server.api("POST", "/assets/from-url", imageBody(origin, change), key("reused"));
      expect([answer.status, `${answer.meta.code}`]).toEqual([422, "idempotency_key_reused"]);
    }
    expect(server.eventTypes().length).toBe(events);
  });

  test("sent twenty times at once makes one asset", async () => {
    const { origin, server } = both;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.api("POST", "/assets/from-url", imageBody(origin), key("crowd"))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(new Set(answers.map((answer) => readAsset(answer).id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null).length).toBe(1);
  });

  test("sent twenty times at once with different bodies lets one win", async () => {
    const { origin, server } = both;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        server.api("POST", "/assets/from-url", imageBody(origin, { name: `number ${n}` }), key("rivals")),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(422)]);
  });

  test("counts JSON at POST /assets as the same as from-url", async () => {
    const { origin, server } = both;
    const one = await server.api("POST", "/assets/from-url", imageBody(origin), key("two paths"));
    const other = await server.api("POST", "/assets", imageBody(origin), key("two_paths"));
    const again = await server.api("POST", "/assets/from-url", imageBody(origin), key("two_paths"));
    expect(one.status).toBe(422);
    expect([other.status, again.status]).toEqual([201, 201]);
    expect(readAsset(again).id).toBe(readAsset(other).id);
  });

  test("works for uploads: the same bytes and fields are the same request", async () => {
    const { server } = both;
    const file = new File([await fixture("photo.jpg")], "photo.jpg");
    const first = await server.api("POST", "/assets", form(file, { tags: ["a"] }), key("upload"));
    const second = await server.api("POST", "/assets", form(file, { tags: ["a"] }), key("upload"));
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.data).toEqual(first.data);
    expect(second.headers.get("idempotency-replayed")).toBe("true");

    const blobs = filesIn(`${server.config.dataDir}/blobs`);
    const other = new File([await fixture("animated.gif")], "photo.jpg");
    for (const sent of [form(other, { tags: ["a"] }), form(file, { tags: ["b"] })]) {
      const answer = await server.api("POST", "/assets", sent, key("upload"));
      expect([answer.status, `${answer.meta.code}`]).toEqual([422, "idempotency_key_reused"]);
    }
    await until(() => filesIn(`${server.config.dataDir}/blobs`).length === blobs.length);
    expect(filesIn(`${server.config.dataDir}/blobs`)).toEqual(blobs);
  });

  test("is not shared between an import and an upload", async () => {
    const { origin, server } = both;
    await server.api("POST", "/assets/from-url", imageBody(origin), key("crossed"));
    const file = new File([await fixture("photo.png")], "photo.png");
    const answer = await server.api("POST", "/assets", form(file), key("crossed"));
    expect([answer.status, `${answer.meta.code}`]).toEqual([422, "idempotency_key_reused"]);
  });

  test("of a deleted asset answers 404 and imports nothing again", async () => {
    const { origin, server } = both;
    const first = await server.api("POST", "/assets/from-url", imageBody(origin), key("deleted"));
    await server.api("DELETE", `/assets/${readAsset(first).id}`);
    const asked = origin.requests.length;
    const again = await server.api("POST", "/assets/from-url", imageBody(origin), key("deleted"));
    expect([again.status, `${again.meta.code}`]).toEqual([404, "not_found"]);
    expect(origin.requests.length).toBe(asked);
  });

  test("of a request that was refused is free again", async () => {
    const { origin, server } = both;
    const refused = await server.api("POST", "/assets/from-url", imageBody(origin, { url: "ftp://x" }), key("free"));
    expect(refused.status).toBe(422);
    expect((await server.api("POST", "/assets/from-url", imageBody(origin), key("free"))).status).toBe(201);
  });

  test.each(labelled(["a key with spaces", "x".repeat(256), "ü"]))(
    "of the wrong form, $label, is 422",
    async ({ value }) => {
      const { origin, server } = both;
      const before = server.eventTypes().length;
      const answer = await server.api("POST", "/assets/from-url", imageBody(origin), key(value));
      expect([answer.status, `${answer.meta.code}`]).toEqual([422, "validation_failed"]);
      expect(server.eventTypes().length).toBe(before);
    },
  );
});
