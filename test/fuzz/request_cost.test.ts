import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { sample } from "openapi-sampler";
import { isObject } from "../../src/http/openapi/json.ts";
import { newCampaign, newClient } from "../support/clients.ts";
import { MAX_STALL_MS } from "../support/cpu.ts";
import { form } from "../support/imports.ts";
import { readyJob } from "../support/jobs.ts";
import { type ServerProcess, spawnServer } from "../support/server_process.ts";
import { temporaryDirectory } from "../support/test_server.ts";
import { costlyBodies, costlyForms, costlyHeaders, costlyTexts, costlyUrlEncoded } from "./costly_values.ts";
import { type Operation, operationsOf } from "./operations.ts";

/** A URL has at most 8,192 characters. */
const IN_A_URL = 7_500;

test("any request: holds the event loop for no longer than others may wait, whatever is in it", async () => {
  const dataDir = await temporaryDirectory();
  try {
    await using server = await spawnServer({ DATA_DIR: dataDir, LOG_LEVEL: "info" });
    const document: unknown = await (await fetch(`${server.url}/docs/json`)).json();
    if (!isObject(document)) throw new Error("the document is no object");
    const things = await thingsOf(server);
    const costs = await costOf(server);
    // Deletions last: every other request meets things that are there.
    const operations = operationsOf(document).toSorted(
      (a, b) => Number(a.method === "DELETE") - Number(b.method === "DELETE"),
    );
    for (const operation of operations) {
      const { name, method, parameters } = operation;
      const path = pathOf(operation, things);
      for (const { name: parameter, place } of parameters) {
        for (const [kind, text] of costlyTexts(IN_A_URL, `${name} ${parameter}`)) {
          const value = encodeURIComponent(text.slice(0, IN_A_URL)).slice(0, IN_A_URL).replace(/%.?$/, "");
          const other =
            place === "path" ? pathOf(operation, { ...things, [parameter]: value }) : `${path}?${parameter}=${value}`;
          if (place !== "header") await costs.send(`${name}: ${parameter} with ${kind}`, other, { method });
        }
      }
      const reads = method === "GET" || method === "HEAD";
      for (const [kind, body] of reads ? [] : costlyUrlEncoded()) {
        const headers = { "content-type": "application/x-www-form-urlencoded", prefer: "respond-async" };
        await costs.send(`${name}: ${kind}`, path, { method, headers, body });
      }
      const schema = operation.bodies?.get("application/json");
      const right = isObject(schema) ? withThings(sample(schema, {}, document), things) : undefined;
      for (const [header, value] of costlyHeaders()) {
        const headers = { "content-type": "application/json", prefer: "respond-async", [header]: value };
        const body = right === undefined ? {} : { body: JSON.stringify(right) };
        await costs.send(`${name}: the header ${header}`, path, { method, headers, ...body });
      }
      if (!isObject(schema)) continue;
      for (const [kind, body] of costlyBodies(right, { schema, document, of: name })) {
        const headers = { "content-type": "application/json", prefer: "respond-async" };
        await costs.send(`${name}: ${kind}`, path, { method, headers, body: JSON.stringify(body) });
      }
    }
    for (const [kind, body, boundary] of costlyForms()) {
      const headers = { "content-type": `multipart/form-data; boundary=${boundary}`, prefer: "respond-async" };
      await costs.send(`POST /assets: ${kind}`, "/api/v3/assets", { method: "POST", headers, body });
    }
    console.info(costs.summary());
    expect(costs.sent()).toBeGreaterThan(1_500);
    expect(costs.statuses()).toEqual(expect.arrayContaining([200, 201, 202, 400, 404, 422]));
    expect(costs.slow()).toEqual([]);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 300_000);

type Things = Readonly<Record<string, string>>;

/** One thing of each kind, so that requests reach what they are about. */
async function thingsOf({ api }: ServerProcess): Promise<Things> {
  const client = await newClient(api);
  const campaign = await newCampaign(api, client);
  const uploaded = await api("POST", "/assets", form(new File(["A brief of a few words"], "brief.txt")));
  const asset = String(Object(uploaded.data).id);
  return { client, campaign, asset, job: (await readyJob(api, { clientId: client })).id, scene: "1" };
}

function pathOf({ template }: Operation, things: Things): string {
  const kind = /^\/api\/v3\/(asset|client|campaign|job)s\//.exec(template)?.[1] ?? "";
  return template.replaceAll(/\{(\w+)\}/g, (_, name) => things[name] ?? things[kind] ?? "1");
}

/** A body that names things that are there, and no host of the network. */
function withThings(value: unknown, things: Things): unknown {
  const { client, campaign, asset } = things;
  const named: Things = { clientId: client ?? "", campaignId: campaign ?? "", assetId: asset ?? "" };
  return JSON.parse(JSON.stringify(value), (key, each) => {
    if (typeof each !== "string") return each;
    return named[key] ?? (/^https?:/.test(each) ? "http://127.0.0.1:1/a.png" : each);
  });
}

/** Sends requests, and keeps those that were slow. */
async function costOf({ url, pid }: ServerProcess) {
  const slow: string[] = [];
  const statuses = new Set<number>();
  let sent = 0;
  let worst = { what: "", milliseconds: 0 };

  async function once(path: string, init: RequestInit): Promise<{ milliseconds: number; status: number }> {
    const before = cpuOfMainThread(pid);
    const gone = new AbortController();
    const response = await fetch(`${url}${path}`, { ...init, signal: gone.signal });
    if (response.headers.get("content-type")?.startsWith("text/event-stream")) gone.abort();
    else await response.arrayBuffer();
    return { milliseconds: cpuOfMainThread(pid) - before, status: response.status };
  }

  return {
    slow: () => slow,
    sent: () => sent,
    statuses: () => [...statuses],
    summary: () => `${sent} requests, the worst took ${Math.round(worst.milliseconds)} ms: ${worst.what}`,
    async send(what: string, path: string, init: RequestInit): Promise<void> {
      sent++;
      let measured = await once(path, init);
      // A collection of garbage or work in the background is not the request's: it would have to be there each time.
      for (let more = 0; more < 2 && measured.milliseconds > MAX_STALL_MS; more++) {
        const again = await once(path, init);
        if (again.milliseconds < measured.milliseconds) measured = again;
      }
      const { milliseconds, status } = measured;
      statuses.add(status);
      if (status >= 500) slow.push(`${what} got ${status}`);
      if (milliseconds > worst.milliseconds) worst = { what, milliseconds };
      if (milliseconds > MAX_STALL_MS) slow.push(`${what} took ${Math.round(milliseconds)} ms (${status})`);
    },
  };
}

/** The CPU time of a process's main thread, in milliseconds: that of a whole request is more than any stall in it. */
function cpuOfMainThread(pid: number): number {
  const [nanoseconds = "0"] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1e6;
}
