import { expect } from "bun:test";
import { join } from "node:path";
import { createCatalogue, databasePath, verify } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import type { Answer } from "../support/answer.ts";
import { form } from "../support/imports.ts";
import { newKey } from "../support/keys.ts";
import type { MediaOrigin } from "../support/origin.ts";
import { storedBytesOf } from "../support/stored_bytes.ts";
import { type Api, filesIn, type TestServer, until } from "../support/test_server.ts";

/** The size of each text of these tests, in bytes. */
export const SIZE = 400;
/** Room for three of them and a bit, in bytes. */
export const MOST = 1311;
/** The setting that says so. */
export const FOR_THREE = { STORED_MB_PER_OWNER: "0.00125" };
/** Room for exactly this text. */
export const ALL = "y".repeat(420);
/** The setting that says so. */
export const FOR_ALL = { STORED_MB_PER_OWNER: "0.0004" };

/** Two owners of one server. */
export async function twoOwners(server: TestServer): Promise<{ ann: Api; bob: Api }> {
  const as = async (owner: string): Promise<Api> => {
    const { headers } = await newKey(server.config.dataDir, owner);
    return (method, path, body, more) => server.api(method, path, body, { ...headers, ...more });
  };
  const both = { ann: await as("ann"), bob: await as("bob") };
  await until(async () => (await server.get("/api/v3/me")).status === 401);
  return both;
}

/** A text that is like no other of another number. */
export function textOf(number: number): string {
  return `${number} `.padEnd(SIZE, "x");
}

/** Has the origin serve such a text; the body that imports it. */
export function putText(origin: MediaOrigin, path: string, number: number): object {
  origin.put(path, new TextEncoder().encode(textOf(number)));
  return { name: `notes ${number}`, type: "document", url: `${origin.url}${path}` };
}

/** Uploads a text. */
export function upload(api: Api, text: string): Promise<Answer> {
  return api("POST", "/assets", form(new File([text], "notes.txt")));
}

/** The log, the rows and the files agree, and never has an owner had too much. */
export async function expectSound({ config: { dataDir } }: TestServer, most = MOST): Promise<void> {
  for (const owner of ["ann", "bob"]) {
    const { peak, now, rows } = storedBytesOf(dataDir, owner);
    expect({ owner, peak, isWithin: peak <= most, rows }).toEqual({ owner, peak, isWithin: true, rows: now });
  }
  const catalogue = createCatalogue(allEvents);
  expect(verify(databasePath(dataDir), allProjections, { catalogue }).differences).toEqual([]);
}

/** The files of all stored bytes. */
export function blobFiles({ config: { dataDir } }: TestServer): string[] {
  return filesIn(join(dataDir, "blobs"));
}

/** Returns the status and code of an answer. */
export const refusalOf = ({ status, meta: { code } }: Answer) => ({ status, code });
/** The refusal of a request over the quota. */
export const OVER: ReturnType<typeof refusalOf> = { status: 409, code: "quota_exceeded" };
