import type { Static } from "@sinclair/typebox";
import { AssetBatch } from "../../src/assets/schema.ts";
import { type Answer, checked } from "../support/answer.ts";

/** The path of an import of many URLs. */
export const PATH = "/assets/from-urls";

/** The answer to an import of many URLs. */
export function batchOf({ data }: Pick<Answer, "data">): Static<typeof AssetBatch> {
  return checked(AssetBatch, data);
}

/** Makes what asks for a file of an origin by its path. */
export function itemsOf(origin: { readonly url: string }) {
  return (path: string, changes: object = {}): { name: string; type: string; url: string; tags?: string[] } => ({
    name: path,
    type: "image",
    url: `${origin.url}/${path}`,
    ...changes,
  });
}
