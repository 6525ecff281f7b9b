import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readAsset, readAssets } from "../support/answer.ts";
import { imageBody, importAsset, startServerAndOrigin } from "../support/imports.ts";
import { until } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
beforeAll(async () => {
  both = await startServerAndOrigin();
  const { api } = both.server;
  const { origin } = both;
  // Oldest first; the list answers newest first.
  await importAsset(api, origin, { name: "1", tags: ["summer", "red"] });
  await importAsset(api, origin, { name: "2", type: "video", url: `${origin.url}/h264_aac.mp4`, tags: ["summer"] });
  await importAsset(api, origin, { name: "3", type: "audio", url: `${origin.url}/tone.mp3` });
  await importAsset(api, origin, { name: "4", tags: ["Summer", "ü & = ?"] });
  await api(
    "POST",
    "/assets/from-url",
    imageBody(origin, { name: "5", url: `${origin.url}/nothing.png`, tags: ["summer"] }),
  );
  const pending = imageBody(origin, { name: "6", url: `${origin.url}/held/never/photo.png`, tags: ["summer"] });
  await api("POST", "/assets/from-url", pending, { prefer: "respond-async" });
});
afterAll(() => both[Symbol.asyncDispose]());

async function names(query: string): Promise<string> {
  const answer = await both.server.api("GET", `/assets${query}`);
  expect(answer.status).toBe(200);
  const found = readAssets(answer).map(({ name }) => name);
  expect(answer.meta).toMatchObject(/cursor|offset|limit/.test(query) ? {} : { page: 1, total: found.length });
  return found.join(" ");
}

describe("a list of assets", () => {
  test.each([
    ["", "4 3 2 1"],
    ["?status=ready", "4 3 2 1"],
    ["?status=failed", "5"],
    ["?status=pending", "6"],
    ["?status=all", "6 5 4 3 2 1"],
    ["?asset_type=image", "4 1"],
    ["?asset_type=video", "2"],
    ["?asset_type=document", ""],
    ["?asset_type=image&status=all", "6 5 4 1"],
    ["?tag=summer", "2 1"],
    ["?tag=Summer", "4"],
    ["?tag=summer&status=all", "6 5 2 1"],
    ["?tag=summer&asset_type=video", "2"],
    ["?tag=summer&asset_type=image&status=failed", "5"],
    [`?tag=${encodeURIComponent("ü & = ?")}`, "4"],
    ["?tag=sum", ""],
    ["?tag=%25", ""],
    ["?client_id=nobody", ""],
    ["?campaign_id=nothing&status=all", ""],
    ["?tag=x%27%20OR%201=1--", ""],
    ["/", "4 3 2 1"],
  ])("with '%s' has %s, newest first", async (query, expected) => {
    expect(await names(query)).toBe(expected);
  });

  test.each([
    ["?limit=2", "4 3", 1, 4, true],
    ["?limit=2&offset=2", "2 1", 2, 4, false],
    ["?limit=2&offset=1", "3 2", 1, 4, true],
    ["?limit=3&offset=3", "1", 2, 4, false],
    ["?limit=1000", "4 3 2 1", 1, 4, false],
    ["?offset=4", "", 1, 4, false],
    ["?offset=9007199254740991", "", 90071992547410, 4, false],
    ["?limit=1&tag=summer", "2", 1, 2, true],
    ["?limit=1&tag=summer&offset=1&status=all", "5", 2, 4, true],
  ])("with '%s' is the page %s (page %i of %i in all)", async (query, expected, page, total, hasNext) => {
    const answer = await both.server.api("GET", `/assets${query}`);
    expect(
      readAssets(answer)
        .map(({ name }) => name)
        .join(" "),
    ).toBe(expected);
    expect(answer.meta).toMatchObject({ page, total });
    expect(answer.meta.nextCursor !== undefined).toBe(hasNext);
    expect(answer.headers.has("link")).toBe(hasNext);
  });

  test("is walked to the end by its Link headers, with every filter kept", async () => {
    const walked: string[] = [];
    const path = "/api/v3/assets?tag=summer&status=all&limit=1";
    let next: string | undefined = `${path}&offset=0`;
    while (next !== undefined) {
      const response = await both.server.get(next);
      const page = await response.json();
      walked.push(...readAssets(page).map(({ name }) => name));
      const link = response.headers.get("link");
      expect(link === null).toBe(page.meta.nextCursor === undefined);
      expect(link ?? '; rel="next"').toEndWith('; rel="next"');
      next = link?.slice(1, link.indexOf(">"));
      expect(next ?? `${path}&cursor=`).toStartWith(`${path}&cursor=`);
    }
    expect(walked).toEqual(["6", "5", "2", "1"]);
  });

  test.each([
    ["limit=5x", "limit", "must be an integer from 1 to 1000"],
    ["limit=", "limit", "must be an integer from 1 to 1000"],
    ["limit=0", "limit", "must be an integer from 1 to 1000"],
    ["limit=1001", "limit", "must be an integer from 1 to 1000"],
    ["limit=-1", "limit", "must be an integer from 1 to 1000"],
    ["limit=1.5", "limit", "must be an integer from 1 to 1000"],
    ["limit=1e2", "limit", "must be an integer from 1 to 1000"],
    ["limit=0x10", "limit", "must be an integer from 1 to 1000"],
    ["limit=+5", "limit", "must be an integer from 1 to 1000"],
    ["limit=NaN", "limit", "must be an integer from 1 to 1000"],
    ["offset=-1", "offset", "must be an integer from 0"],
    ["offset=99999999999999999", "offset", "must be an integer from 0"],
    ["limit=1&limit=2", "limit", "must be given once"],
    ["status=ready&status=failed", "status", "must be given once"],
    ["tag=a&tag=b", "tag", "must be given once"],
    ["status=", "status", "must be one of: ready, pending, failed, all"],
    ["status=deleted", "status", "must be one of: ready, pending, failed, all"],
    ["asset_type=Image", "asset_type", "must be one of: image, video, audio, document, font"],
    ["tag=", "tag", "must not be empty"],
    ["tag=%00", "tag", "must be one line of text, without control characters and direction overrides"],
    ["client_id=", "client_id", "must not be empty"],
    ["cursor=", "cursor", "is not a cursor of this list"],
    ["cursor=abc", "cursor", "is not a cursor of this list"],
    ["cursor=cDA", "cursor", "is not a cursor of this list"],
    ["cursor=cC0x", "cursor", "is not a cursor of this list"],
    ["cursor=cDE&offset=1", "offset", "cannot be combined with cursor"],
    ["sort=name", "sort", "is not a known field"],
    ["__proto__=1", "__proto__", "is not a known field"],
    ["tag[]=1", "tag[]", "is not a known field"],
  ])("with ?%s is 422", async (query, path, message) => {
    const answer = await both.server.api("GET", `/assets?${query}`);
    expect(`${answer.status} ${answer.meta.code}`).toBe("422 validation_failed");
    expect(answer.meta.details).toContainEqual({ path, message });
  });
});

test("a walk by cursor loses nothing and repeats nothing while assets come and go", async () => {
  await using fresh = await startServerAndOrigin();
  const { api } = fresh.server;
  const body = imageBody(fresh.origin, { url: `${fresh.origin.url}/held/never/photo.png` });
  async function add(): Promise<string> {
    return readAsset(await api("POST", "/assets", body, { prefer: "respond-async" })).id;
  }
  const ids: string[] = [];
  for (let n = 0; n < 30; n++) ids.push(await add());
  const walked: string[] = [];
  const deleted = new Set<string>();
  let cursor: string | undefined;
  for (;;) {
    const answer = await api("GET", `/assets?status=all&limit=4${cursor === undefined ? "" : `&cursor=${cursor}`}`);
    const page = readAssets(answer).map(({ id }) => id);
    // Only a page that is counted from the beginning has a number and a total.
    expect([answer.meta.page, answer.meta.total].map((value) => value === undefined)).toEqual(
      Array(2).fill(cursor !== undefined),
    );
    walked.push(...page);
    cursor = answer.meta.nextCursor;
    if (cursor === undefined) break;
    await add();
    // One that was seen already, which is where the cursor stands, and one that is still to come.
    for (const id of [page.at(-1) ?? "", ids[walked.length % 3] ?? ""]) {
      if (deleted.has(id)) continue;
      deleted.add(id);
      expect((await api("DELETE", `/assets/${id}`)).status).toBe(200);
    }
  }
  expect(new Set(walked).size).toBe(walked.length);
  const kept = ids.filter((id) => !deleted.has(id));
  expect(kept.filter((id) => !walked.includes(id))).toEqual([]);
  const { meta } = await api("GET", "/assets?status=all&limit=1");
  await until(async () => (await api("GET", "/assets?status=all&limit=1")).meta.total === meta.total);
  expect(meta.total).toBe(readAssets(await api("GET", "/assets?status=all&limit=1000")).length);
});
