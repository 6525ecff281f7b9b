import { SECURITY_HEADERS } from "../../src/http/response/security_headers.ts";
import { readAnswer } from "../support/answer.ts";
import type { Promised } from "../support/fits_document.ts";
import type { Outcome } from "./exchange.ts";
import type { FuzzRequest } from "./request.ts";

/** The rules for answers. */
export interface JudgeOptions {
  readonly promised: Promised;
  /** Texts that no answer may have: secrets of source URLs, paths of this machine. */
  readonly secrets: readonly string[];
}

/** A judgement: what is wrong with an answer; empty when nothing is. */
export type Judge = (request: FuzzRequest, outcome: Outcome) => Promise<string[]>;

/** Errors that say what a source did, and not what this server did. */
const OF_A_SOURCE = new Set(["source_unreachable", "source_error", "source_timeout"]);
/** The runtime's own answers, without a body, to bytes that are not HTTP and to heads of more than 16 KiB. */
const BY_THE_RUNTIME = new Set([400, 413, 414, 431, 505]);
const HEADERS_OF_ALL = ["x-request-id", ...Object.keys(SECURITY_HEADERS)];
const BANNERS = ["server", "x-powered-by"];

/** Makes the one judge of all answers. */
export function createJudge({ promised, secrets }: JudgeOptions): Judge {
  return async (request, outcome) => {
    if (outcome === "silent") return ["there was no answer in time"];
    // Who stops in the middle of a body hears nothing any more, or what could be said before.
    if (outcome === "closed") return request.framing === "short" ? [] : ["the connection was closed without an answer"];
    if (BY_THE_RUNTIME.has(outcome.status) && !outcome.headers.has("x-request-id")) return await ofTheRuntime(outcome);
    return [
      ...headerFindings(outcome),
      ...(await leaks(outcome, secrets)),
      ...(await envelopeFindings(request, outcome.clone())),
      ...(await documentFindings(request, outcome, promised)),
    ];
  };
}

async function ofTheRuntime(response: Response): Promise<string[]> {
  const text = await response.text();
  return text === "" ? bannersOf(response) : [`the runtime answered ${response.status} with ${text.slice(0, 200)}`];
}

function headerFindings(response: Response): string[] {
  const missing = HEADERS_OF_ALL.filter((name) => !response.headers.has(name));
  const id = response.headers.get("x-request-id") ?? "";
  return [
    ...missing.map((name) => `the header ${name} is missing`),
    ...(/^[A-Za-z0-9._:-]{1,128}$/.test(id) ? [] : [`the request id is '${id}'`]),
    ...bannersOf(response),
  ];
}

function bannersOf({ headers }: Response): string[] {
  return BANNERS.filter((name) => headers.has(name)).map((name) => `the header ${name} names a program`);
}

async function leaks(response: Response, secrets: readonly string[]): Promise<string[]> {
  const headers = [...response.headers].join("\n");
  const isText = /json|text\/(html|plain)|event-stream/.test(response.headers.get("content-type") ?? "");
  const text = isText ? headers + (await response.clone().text()) : headers;
  const found = secrets.filter((secret) => text.includes(secret)).map((secret) => `the answer has '${secret}'`);
  const stack = /\bat [^\n]{1,80}\.(ts|js|mjs):\d+/.exec(text)?.[0];
  return stack === undefined ? found : [...found, `the answer has a stack: ${stack}`];
}

async function envelopeFindings({ method, target }: FuzzRequest, response: Response): Promise<string[]> {
  const ofSource = response.status === 502 || response.status === 504;
  if (response.status >= 500 && !ofSource) return [`${response.status}: ${(await response.text()).slice(0, 500)}`];
  if (method === "HEAD" || response.status === 304 || response.status === 204) return [];
  const isJson = /^application\/json/.test(response.headers.get("content-type") ?? "");
  const isApi = target.startsWith("/api/");
  if (response.ok && !(isApi && isJson)) return [];
  if (!isJson) return [`${response.status} with the content type '${response.headers.get("content-type")}'`];
  try {
    const { meta } = await readAnswer(response);
    return !ofSource || OF_A_SOURCE.has(meta.code ?? "") ? [] : [`${response.status} with ${meta.code}`];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function documentFindings(
  { method, target }: FuzzRequest,
  response: Response,
  promised: Promised,
): Promise<string[]> {
  if (response.status === 405) return response.headers.has("allow") ? [] : ["405 without Allow"];
  const path = target.replace(/[?#].*$/s, "").replace(/(.)\/$/, "$1");
  // With dot segments it is one path to the runtime's routes and another to those who resolve it: the document knows neither.
  if (/\/(\.|%2e){1,2}(\/|$)/i.test(target.replace(/[?#].*$/s, ""))) return [];
  // HEAD is GET without its body (RFC 9110, section 9.3.2); the document names it only where it is of use.
  const isPlainHead = method === "HEAD";
  const refused = [400, 401, 403, 404, 422].includes(response.status);
  const found = await promised.misfits({ method, path }, response);
  // What a path or method is not, no document can describe.
  return found.filter((finding) => !((refused || isPlainHead) && finding === `${method} ${path} is not documented`));
}
