import { isObject } from "../../src/http/openapi/json.ts";
import type { Kind, Known } from "./known.ts";
import type { FuzzRequest } from "./request.ts";

const KINDS: readonly Kind[] = ["assets", "clients", "campaigns", "jobs"];

/** Keeps what an answer names, so that later requests can ask for it. */
export async function learn(known: Known, { method, target }: FuzzRequest, response: Response): Promise<void> {
  if (!response.ok || method === "HEAD" || !/^application\/json/.test(response.headers.get("content-type") ?? ""))
    return;
  const json: unknown = JSON.parse(await response.clone().text());
  if (!isObject(json)) return;
  if (method === "DELETE" && isObject(json.data)) known.forget(String(json.data.id));
  const kind = KINDS.find((each) => target.startsWith(`/api/v3/${each}`));
  // A scene's address begins with that of its job.
  if (kind && isThing(json.data)) known.add("sceneNumber" in json.data ? "scenes" : kind, json.data.id);
  if (isObject(json.data) && Array.isArray(json.data.scenes)) {
    for (const scene of json.data.scenes) if (isThing(scene)) known.add("scenes", scene.id);
  }
  const etag = response.headers.get("etag");
  if (etag !== null) known.add("etags", etag);
  if (isObject(json.meta) && typeof json.meta.nextCursor === "string") known.add("cursors", json.meta.nextCursor);
}

function isThing(value: unknown): value is { id: string } {
  return isObject(value) && typeof value.id === "string" && "createdAt" in value;
}
