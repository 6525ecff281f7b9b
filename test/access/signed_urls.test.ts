import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Static } from "@sinclair/typebox";
import type { Asset } from "../../src/assets/schema.ts";
import { readAsset, readAssets } from "../support/answer.ts";
import { importAsset } from "../support/imports.ts";
import { type MadeKey, newKey } from "../support/keys.ts";
import { fixture, type MediaOrigin, startOrigin } from "../support/origin.ts";
import { type Api, startTestServer, type TestServer, until } from "../support/test_server.ts";

let origin: MediaOrigin;
let server: TestServer;
let ann: MadeKey;
let asset: Static<typeof Asset>;
let other: Static<typeof Asset>;

const as =
  (key: MadeKey): Api =>
  (method, path, body, headers) =>
    server.api(method, path, body, { ...key.headers, ...headers });

beforeAll(async () => {
  origin = await startOrigin();
  server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
  ann = await newKey(server.config.dataDir, "ann");
  const bob = await newKey(server.config.dataDir, "bob");
  await until(async () => (await server.get("/api/v3/me")).status === 401);
  asset = await importAsset(as(ann), origin);
  other = await importAsset(as(bob), origin);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

const urlOf = ({ url }: Static<typeof Asset>) => url ?? "";
const queryOf = (url: string) => url.slice(url.indexOf("?"));

describe("the URL of an asset", () => {
  test("opens the bytes without a key, whole, in part and by HEAD", async () => {
    const whole = await server.get(urlOf(asset));
    expect(whole.status).toBe(200);
    expect(await whole.bytes()).toEqual(await fixture("photo.png"));
    expect((await server.get(urlOf(asset), { headers: { range: "bytes=0-3" } })).status).toBe(206);
    expect((await server.get(urlOf(asset), { method: "HEAD" })).status).toBe(200);
    const thumbnail = await server.get(asset.thumbnailUrl ?? "");
    expect(thumbnail.status).toBe(200);
  });

  test("may be kept until it expires, and never by a cache that others share", async () => {
    for (const url of [urlOf(asset), asset.thumbnailUrl ?? ""]) {
      const begin = Date.now();
      const answers = [
        await server.get(url),
        await server.get(url, { method: "HEAD" }),
        await server.get(url, { headers: { range: "bytes=0-3" } }),
        await server.get(url, { headers: { "if-none-match": "*" } }),
      ];
      const end = Date.now();
      const expires = Number(new URL(url, server.url).searchParams.get("expires"));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 206, 304]);
      for (const { headers } of answers) {
        const [, maxAge] = /^private, max-age=(\d+)$/.exec(headers.get("cache-control") ?? "") ?? [];
        expect(Number(maxAge)).toBeWithin(Math.floor(expires - end / 1000), Math.ceil(expires - begin / 1000) + 1);
      }
    }
  });

  test("may ask for a download, which is not signed", async () => {
    const { status, headers } = await server.get(`${urlOf(asset)}&download=1`);
    expect(status).toBe(200);
    expect(headers.get("content-disposition")).toStartWith("attachment");
  });

  test("is the same in every answer", async () => {
    expect(readAsset(await as(ann)("GET", `/assets/${asset.id}`)).url).toBe(urlOf(asset));
    expect(readAssets(await as(ann)("GET", "/assets")).map(({ url }) => url)).toEqual([urlOf(asset)]);
    const many = await as(ann)("POST", "/assets/from-urls", {
      assets: [{ name: "x", type: "image", url: `${origin.url}/photo.jpg` }],
    });
    expect(many.text).toContain("/data?expires=");
    const changed = await as(ann)("PATCH", `/assets/${asset.id}`, { tags: ["a"] });
    expect(readAsset(changed).url).toBe(urlOf(asset));
  });

  test("opens no other asset, no other kind of read and nothing else", async () => {
    const query = queryOf(urlOf(asset));
    const elsewhere = [
      `/api/v3/assets/${other.id}/data`,
      `/api/v3/assets/${asset.id}/thumbnail`,
      `/api/v3/jobs/${asset.id}/video`,
      `/api/v3/assets/${asset.id.toUpperCase()}/data`,
    ];
    for (const path of elsewhere) {
      const response = await server.get(path + query);
      expect({ path, status: response.status }).toEqual({ path, status: 403 });
      expect(await response.json()).toMatchObject({ data: null, meta: { code: "forbidden" } });
    }
    for (const path of [`/api/v3/assets/${asset.id}`, "/api/v3/assets", "/api/v3/me", "/metrics"]) {
      expect({ path, status: (await server.get(path + query)).status }).toEqual({ path, status: 401 });
    }
  });

  test("opens nothing to write", async () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect((await server.get(urlOf(asset), { method })).status).toBe(401);
      const path = `/api/v3/assets/${asset.id}${queryOf(urlOf(asset))}`;
      expect((await server.get(path, { method })).status).toBe(401);
    }
  });

  test("is refused when it is tampered with, half there or twice there", async () => {
    const url = urlOf(asset);
    const tampered = [
      [url.replace(/expires=\d+/, "expires=4102444800"), 403],
      [url.replace(/&signature=.*/, ""), 403],
      [url.replace(/expires=\d+&/, ""), 403],
      [`${url}x`, 403],
      [`${url}&expires=1`, 422],
      [url.replace(/\?.*/, ""), 401],
    ] as const;
    for (const [path, status] of tampered) {
      expect({ path, status: (await server.get(path)).status }).toEqual({ path, status });
    }
  });

  test("does not matter where a key is presented: its owner sees, others do not, a wrong key is refused", async () => {
    const mine = await server.get(`/api/v3/assets/${asset.id}/data`, { headers: ann.headers });
    expect(mine.status).toBe(200);
    expect(mine.headers.get("cache-control")).toBe("private, no-cache");
    const expired = `/api/v3/assets/${asset.id}/data?expires=1&signature=x`;
    expect((await server.get(expired, { headers: ann.headers })).status).toBe(200);
    expect((await server.get(urlOf(other), { headers: ann.headers })).status).toBe(404);
    expect((await server.get(urlOf(asset), { headers: { "x-api-key": "nope" } })).status).toBe(401);
  });

  test("of a deleted asset finds nothing", async () => {
    const gone = await importAsset(as(ann), origin, { url: `${origin.url}/photo.webp` });
    await as(ann)("DELETE", `/assets/${gone.id}`);
    expect((await server.get(urlOf(gone))).status).toBe(404);
  });
});

test("an open server signs nothing, and takes what was signed as it is", async () => {
  await using open = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
  const made = await importAsset(open.api, origin);
  expect(made.url).toBe(`/api/v3/assets/${made.id}/data`);
  expect((await open.get(`${made.url}?expires=1&signature=x`)).status).toBe(200);
});

test("with PUBLIC_URL the URLs are absolute, and signed for their path", async () => {
  await using open = await startTestServer({
    ALLOWED_ASSET_DOMAINS: origin.grant,
    PUBLIC_URL: "https://ads.example/reelog/",
  });
  const { id, url } = await importAsset(open.api, origin);
  expect(url).toBe(`https://ads.example/reelog/api/v3/assets/${id}/data`);
  const key = await newKey(open.config.dataDir, "local");
  await until(async () => (await open.get("/api/v3/me")).status === 401);
  const signed = readAsset(await open.api("GET", `/assets/${id}`, undefined, key.headers)).url ?? "";
  expect(signed).toStartWith(`https://ads.example/reelog/api/v3/assets/${id}/data?expires=`);
  expect((await open.get(signed.replace("https://ads.example/reelog", ""))).status).toBe(200);
});
