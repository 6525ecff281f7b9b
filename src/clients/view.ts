import type { Static } from "@sinclair/typebox";
import type { ClientRow } from "./queries.ts";
import type { Client } from "./schema.ts";

/** Makes the answer of a row. */
export function clientView(row: ClientRow): Static<typeof Client> {
  const { id, name, description, homepage, brandGuidelines, metadata, createdAt, updatedAt } = row;
  return { id, name, description, homepage, brandGuidelines, metadata, createdAt, updatedAt };
}
