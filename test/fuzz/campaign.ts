import fc from "fast-check";
import { isObject } from "../../src/http/openapi/json.ts";
import { newAsset, newCampaign, newClient } from "../support/clients.ts";
import { promisedBy } from "../support/fits_document.ts";
import { newKey } from "../support/keys.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { type ServerProcess, spawnServer } from "../support/server_process.ts";
import { type Api, until } from "../support/test_server.ts";
import { exchange } from "./exchange.ts";
import { createJudge } from "./judge.ts";
import { createKnown, type Known } from "./known.ts";
import { learn } from "./learn.ts";
import { type Operation, operationsOf } from "./operations.ts";
import { type FuzzRequest, wireOf } from "./request.ts";
import { requestsOf } from "./requests.ts";
import { type SchemaValues, schemaValues } from "./schema_values.ts";

/** Stands in the query of every source URL, as the signature of a storage service does. */
export const SECRET = "fuzz-5ecret";

/** A server under fire. */
export interface FuzzCampaign extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly origin: MediaOrigin;
  /** With the key, where there is one. */
  readonly api: Api;
  readonly known: Known;
  readonly values: SchemaValues;
  readonly operations: readonly Operation[];
  /** The number of answers by status. */
  readonly statuses: ReadonlyMap<string, number>;
  /** Makes a few things of every kind, so that the next requests have something to name. */
  settle(): Promise<void>;
  /** Sends requests to an endpoint; what is found, in words, with the smallest request that shows it. */
  fire(operation: Operation, options: FireOptions): Promise<string | null>;
}

/** The number of requests. */
export interface FireOptions {
  readonly seed: number;
  readonly requests: number;
  /** The requests for an endpoint; by default any. */
  readonly requestsOf?: (operation: Operation, values: SchemaValues) => fc.Arbitrary<FuzzRequest>;
}

/** Options of a campaign. */
export interface CampaignOptions {
  /** The server is closed, and requests that do not say otherwise have a key. */
  readonly withKeys?: boolean;
  /** More settings of the server. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server process with an origin of media, and learns from its document what there is to ask. */
export async function startFuzzCampaign(
  dataDir: string,
  { withKeys = false, env = {} }: CampaignOptions = {},
): Promise<FuzzCampaign> {
  const origin = await startOrigin();
  const unlimited = { RATE_LIMIT_RPS: "0", AUTH_FAILURES_PER_MINUTE: "0" };
  const server = await spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant, ...unlimited, ...env });
  const key = withKeys ? await newKey(dataDir, "fuzz", "--scope", "admin") : null;
  if (key) await until(async () => (await server.api("GET", "/assets")).status === 401);
  const document: unknown = await (await fetch(`${server.url}/docs/json`)).json();
  if (!isObject(document)) throw new Error("the document is no object");
  const values = schemaValues(document, sourcesOf(origin));
  const secrets = [SECRET, dataDir, import.meta.dir, ...(key ? [key.key] : [])];
  const judge = createJudge({ promised: promisedBy(document), secrets });
  const known = createKnown();
  const statuses = new Map<string, number>();
  const host = new URL(server.url).host;

  /** The key, unless a request has its own idea of one. */
  function keyFor({ headers }: FuzzRequest): readonly (readonly [string, string])[] {
    if (!key || headers.some(([name]) => name === "Authorization" || name === "X-API-Key")) return [];
    return [["Authorization", key.headers.authorization]];
  }

  async function attempt(drawn: FuzzRequest): Promise<void> {
    const { resolve } = known;
    const request = {
      ...drawn,
      target: resolve(drawn.target),
      headers: [...keyFor(drawn), ...drawn.headers.map(([name, value]) => [name, resolve(value)] as const)],
      body: drawn.body === null ? null : resolve(drawn.body),
    };
    const giveUp = request.framing === "short" && request.body !== null;
    const outcome = await exchange(server.url, wireOf(request, host), { giveUp });
    const status = outcome instanceof Response ? String(outcome.status) : outcome;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const findings = await judge(request, outcome);
    if (findings.length > 0)
      throw new Error(`${findings.join("; ")}\n  asked: ${JSON.stringify(request).slice(0, 2_000)}`);
    if (outcome instanceof Response) await learn(known, request, outcome);
  }

  const api: Api = (method, path, body, headers) => server.api(method, path, body, { ...headers, ...key?.headers });

  return {
    server,
    origin,
    api,
    known,
    values,
    operations: operationsOf(document),
    statuses,
    settle: () => settle(api, origin, known),
    async fire(operation, { seed, requests, requestsOf: drawn = requestsOf }) {
      const property = fc.asyncProperty(drawn(operation, values), attempt);
      const run = await fc.check(property, { seed, numRuns: requests, endOnFailure: false });
      if (!run.failed) return null;
      const reason = run.errorInstance instanceof Error ? run.errorInstance.message : String(run.errorInstance);
      return `${operation.name}: ${reason}`;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

/** Files of every kind that are quickly read, with a signature; and what is not allowed. None asks for a name's address. */
function sourcesOf({ url, grant }: MediaOrigin): string[] {
  const files = [
    "logo.svg",
    "photo.jpg",
    "tone.mp3",
    "brief.txt",
    "pages.pdf",
    "redirect/photo.webp",
    "truncated/photo.png",
  ];
  const { port } = new URL(url);
  return [
    ...files.map((file) => `${url}/${file}?X-Signature=${SECRET}&v=${file.length}#part`),
    `${url}/status/404?X-Signature=${SECRET}`,
    `${url}/away?to=http://169.254.169.254/latest/meta-data/&X-Signature=${SECRET}`,
    `http://me:${SECRET}@${grant}/logo.svg`,
    `http://localhost:${port}/logo.svg?X-Signature=${SECRET}`,
    `http://[::ffff:127.0.0.1]:${port}/logo.svg`,
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://0x7f.1/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "//no.scheme/",
  ];
}

async function settle(api: Api, { url }: MediaOrigin, known: Known): Promise<void> {
  for (const name of ["Acme", "Borealis"]) {
    const clientId = await newClient(api, name);
    known.add("clients", clientId);
    known.add("campaigns", await newCampaign(api, clientId));
    const assetId = await newAsset(api, `${url}/photo.jpg`, { clientId });
    known.add("assets", assetId);
    const creative = { videoSpecs: { duration: 3 }, direction: { style: "calm" }, assets: [{ assetId }] };
    const adBasics = { product: "Bottle", targetAudience: "hikers", keyMessage: "Light", callToAction: "Buy" };
    for (const _of of [1, 2, 3]) {
      const job = await api("POST", "/jobs", { context: { clientId }, adBasics, creative }, { prefer: "wait=60" });
      if (isObject(job.data)) known.add("jobs", String(job.data.id));
    }
  }
}
