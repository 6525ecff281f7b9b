import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import { type LoadPlan, LoadReport, type LoadResult } from "./plan.ts";

/** The requests of a load and their concurrency. */
export interface LoadOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Keep-alive connections, each with one request under way. Default: 1. */
  readonly connections?: number;
  /** From the start of one request of a connection to that of the next, at least. Default: 0. */
  readonly everyMs?: number;
  /** The status of a refusal that is expected, e.g. 429; any other than a 2xx ends the load. Default: none. */
  readonly refusal?: number;
}

/** A process that asks servers on loopback. */
export interface Load extends AsyncDisposable {
  /** Makes so many requests. */
  run(url: string, requests: number, options?: LoadOptions): Promise<LoadResult>;
  /** Makes requests until it is told to stop. */
  start(url: string, options?: LoadOptions): { stop(): Promise<LoadResult> };
}

/** Starts the process. It makes one load at a time. */
export function startLoad(): Load {
  let report: (message: unknown) => void = () => {};
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "process.ts")], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (message) => report(message),
  });

  async function send(plan: LoadPlan): Promise<LoadResult> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    report = resolve;
    child.send(plan);
    const answer = Value.Parse(LoadReport, await promise);
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  }

  return {
    run: (url, requests, options = {}) => send(planOf(url, requests, options)),
    start(url, options = {}) {
      const result = send(planOf(url, null, options));
      return {
        stop() {
          child.send("stop");
          return result;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

function planOf(address: string, requests: number | null, options: LoadOptions): LoadPlan {
  const { method = "GET", headers = {}, body, connections = 1, everyMs = 0, refusal = null } = options;
  const url = new URL(address);
  const text = body === undefined ? "" : JSON.stringify(body);
  const described = { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    ...Object.entries(described).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`content-length: ${Buffer.byteLength(text)}`]),
  ];
  const request = `${lines.join("\r\n")}\r\n\r\n${text}`;
  return { request, port: Number(url.port), connections, requests, everyMs, refusal };
}
