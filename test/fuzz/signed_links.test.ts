import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createSigner } from "../../src/access/signer.ts";
import { promisedBy } from "../support/fits_document.ts";
import { importAsset } from "../support/imports.ts";
import { act, type JobAnswer, readyJob, waitForStatus } from "../support/jobs.ts";
import { newKey } from "../support/keys.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { type Api, startTestServer, type TestServer, until } from "../support/test_server.ts";
import { exchange } from "./exchange.ts";
import { createJudge, type Judge } from "./judge.ts";
import { type FuzzRequest, wireOf } from "./request.ts";
import { SEED } from "./seed.ts";
import { type SignedLink, signedLink, targetOf } from "./signed_links.ts";
import { type Tampering, tamperings } from "./tamperings.ts";

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1_500);
const SECRET = "what signs the links of this suite and of no other";
const TINY = { creative: { videoSpecs: { duration: 3, resolution: "480p" } } };

interface Opened {
  readonly link: SignedLink;
  readonly bytes: Uint8Array;
}

let origin: MediaOrigin;
let server: TestServer;
let judge: Judge;
/** Every kind of link of two owners, with what it opens. */
let opened: Opened[];

beforeAll(async () => {
  origin = await startOrigin();
  server = await startTestServer({
    ALLOWED_ASSET_DOMAINS: origin.grant,
    SIGNING_SECRET: SECRET,
    RATE_LIMIT_RPS: "0",
    AUTH_FAILURES_PER_MINUTE: "0",
  });
  const keys = [await newKey(server.config.dataDir, "ann"), await newKey(server.config.dataDir, "bob")];
  await until(async () => (await server.get("/api/v3/me")).status === 401);
  judge = createJudge({
    promised: promisedBy(await (await server.get("/docs/json")).json()),
    secrets: [SECRET, server.config.dataDir, ...keys.map(({ key }) => key)],
  });
  const links = await Promise.all(
    keys.map(({ headers }) =>
      linksOf((method, path, body, more) => server.api(method, path, body, { ...headers, ...more })),
    ),
  );
  opened = await Promise.all(
    links.flat().map(async (link) => ({ link, bytes: await (await server.get(targetOf(link))).bytes() })),
  );
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

/** Makes one thing of every kind that a signed URL opens. */
async function linksOf(api: Api): Promise<SignedLink[]> {
  const asset = await importAsset(api, origin);
  const other = await importAsset(api, origin, { url: `${origin.url}/photo.webp` });
  const job = await readyJob(api, TINY);
  await act(api, job, { action: "approve" });
  const done = await waitForStatus(api, job, "completed", "failed");
  return [...namedUrls(asset), ...namedUrls(other), ...namedUrls(done)].map(([name, url]) => signedLink(name, url));
}

function namedUrls(thing: Partial<JobAnswer> | Awaited<ReturnType<typeof importAsset>>): [string, string][] {
  return Object.entries(thing).flatMap(([name, value]): [string, string][] =>
    /^(url|thumbnailUrl|videoUrl|storyboardUrl)$/.test(name) ? [[name, String(value)]] : [],
  );
}

function linkAt(index: number): Opened {
  const found = opened[index % opened.length];
  if (!found) throw new Error("there are no links");
  return found;
}

async function send(asked: Pick<FuzzRequest, "method" | "target" | "headers">): Promise<Response> {
  const request: FuzzRequest = { ...asked, body: null, framing: "length" };
  const outcome = await exchange(server.url, wireOf(request, new URL(server.url).host));
  const findings = await judge(request, outcome);
  if (findings.length > 0) throw new Error(findings.join("; "));
  if (!(outcome instanceof Response)) throw new Error(outcome);
  return outcome;
}

async function expectRefused(asked: Pick<FuzzRequest, "method" | "target" | "headers">): Promise<void> {
  const response = await send(asked);
  if (response.status < 400 || response.status > 499) throw new Error(`answered ${response.status}`);
  // The judge has seen the envelope; the runtime's own refusals have no body at all.
  const body = await response.bytes();
  if (body.length > 4_096) throw new Error(`answered ${response.status} with ${body.length} bytes`);
}

describe("a signed URL", () => {
  test("there is of every kind, for two owners", () => {
    const names = opened.map(({ link }) => link.name);
    expect(new Set(names)).toEqual(new Set(["url", "thumbnailUrl", "videoUrl", "storyboardUrl"]));
    expect(names).toHaveLength(14);
    for (const { link, bytes } of opened) expect({ link, size: bytes.length }).not.toEqual({ link, size: 0 });
  });

  test(`of which any part is changed opens nothing, with the seed ${SEED}`, async () => {
    const tried = new Set<string>();
    const findings = new Map<string, string>();
    const property = fc.asyncProperty(fc.nat(13), tamperings(), async (index, tampering: Tampering) => {
      const all = opened.map(({ link }) => link);
      const asked = tampering.request(linkAt(index).link, all);
      const name = tampering.name.replace(/-?\d+/, "n");
      tried.add(name);
      // One finding of each kind says more than the first of all.
      await expectRefused(asked).catch((error: unknown) => findings.set(name, `${error}: ${JSON.stringify(asked)}`));
    });
    await fc.assert(property, { seed: SEED, numRuns: REQUESTS });
    expect([...findings]).toEqual([]);
    expect(tried.size).toBeGreaterThan(60);
  });

  test("that has expired opens nothing, though it was signed here", async () => {
    for (const hours of [2, 3, 24, 24 * 365, 24 * 365 * 50]) {
      const past = createSigner([SECRET], () => Date.now() - hours * 3_600_000);
      for (const { link } of opened) await expectRefused({ method: "GET", target: past.sign(link.path), headers: [] });
    }
  });

  test("that another server has signed opens nothing", async () => {
    const foreign = createSigner(["a secret that this server has never seen, of any length"]);
    for (const { link } of opened) await expectRefused({ method: "GET", target: foreign.sign(link.path), headers: [] });
  });

  test("that is as it was opens its bytes, whole and in any part, however its query is spelled", async () => {
    const spelling = fc.constantFrom(
      targetOf,
      ({ path, expires, signature }: SignedLink) => `${path}?signature=${signature}&expires=${expires}`,
      ({ path, expires, signature }: SignedLink) =>
        `${path}?%65xpires=${expires}&signature=%${signature.charCodeAt(0).toString(16)}${signature.slice(1)}`,
    );
    const range = fc.tuple(fc.nat(200), fc.nat(200)).map(([start, length]) => ({ start, end: start + length }));
    const stored = fc.nat(13).filter((index) => index % 7 !== 6);
    const property = fc.asyncProperty(stored, spelling, fc.option(range), async (index, spell, part) => {
      const { link, bytes } = linkAt(index);
      const headers = part === null ? [] : [["Range", `bytes=${part.start}-${part.end}`] as const];
      const response = await send({ method: "GET", target: spell(link), headers });
      const expected = part === null ? bytes : bytes.slice(part.start, part.end + 1);
      expect({ link, status: response.status }).toEqual({ link, status: part === null ? 200 : 206 });
      expect(Buffer.from(await response.bytes()).equals(Buffer.from(expected))).toBe(true);
      const head = await send({ method: "HEAD", target: spell(link), headers });
      expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes.length)]);
    });
    await fc.assert(property, { seed: SEED, numRuns: 120 });
  });
});
