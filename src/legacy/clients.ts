import { type BrandGuidelines, clientDecider, clientStream, GUIDELINES, wholeGuidelines } from "../clients/mod.ts";
import { decideAll } from "./decide_all.ts";
import { NotImportable, type PlainItem, timesOf } from "./item.ts";
import { lineOf } from "./names.ts";
import type { OldRow } from "./old_tables.ts";
import { idOf, isObject, type JsonObject, jsonOf, textOf } from "./values.ts";

/** The columns of the old table that are read; older files lack some. */
export const CLIENT_COLUMNS = [
  "id",
  "user_id",
  "name",
  "description",
  "homepage",
  "brand_guidelines",
  "metadata",
  "created_at",
  "updated_at",
] as const;

/**
 * Reads a client of the old file.
 *
 * @throws {NotImportable}
 */
export function readClient(row: OldRow, owner: string): PlainItem {
  const id = idOf(row.id);
  if (id === null) throw new NotImportable("its id cannot be used");
  const guidelines = readGuidelines(row.brand_guidelines);
  const client = {
    name: lineOf(row.name) ?? `Client ${id}`,
    description: textOf(row.description),
    homepage: textOf(row.homepage),
    brandGuidelines: guidelines.known,
    metadata: withRest(row.metadata, guidelines.rest === null ? {} : { brandGuidelines: guidelines.rest }),
  };
  const notes = guidelines.rest === null ? [] : ["parts of its brand guidelines are kept in metadata.legacy"];
  const events = decideAll(clientDecider, id, [{ do: "create", details: client }]);
  const times = timesOf(row.created_at, row.updated_at);
  return { kind: "client", id, owner, stream: clientStream(id), times, notes, events };
}

/** Returns the metadata of a row, with the values without a counterpart under `legacy`; null when both are empty. */
export function withRest(column: unknown, rest: JsonObject): JsonObject | null {
  const { value } = jsonOf(column);
  const known = isObject(value) ? value : null;
  const unread = known === null && textOf(column) !== null && column !== "null" ? { metadata: column } : {};
  const legacy = { ...rest, ...unread };
  return Object.keys(legacy).length > 0 ? { ...known, legacy } : known;
}

/** Splits brand guidelines into the five known parts and the rest. */
function readGuidelines(column: unknown): { known: BrandGuidelines | null; rest: unknown } {
  const { value, broken } = jsonOf(column);
  if (broken) return { known: null, rest: column instanceof Uint8Array ? null : column };
  if (value === null) return { known: null, rest: null };
  if (!isObject(value)) return { known: null, rest: value };
  const known: Partial<BrandGuidelines> = {};
  const rest: JsonObject = {};
  for (const [name, rule] of Object.entries(value)) {
    const part = GUIDELINES.find((each) => each === name);
    if (part !== undefined && isWording(rule)) known[part] = rule;
    else if (rule !== null) rest[name] = rule;
  }
  return {
    known: Object.keys(known).length > 0 ? wholeGuidelines(known) : null,
    rest: Object.keys(rest).length > 0 ? rest : null,
  };
}

function isWording(value: unknown): value is string | string[] | Record<string, string> {
  if (typeof value === "string") return true;
  return typeof value === "object" && value !== null && Object.values(value).every((text) => typeof text === "string");
}
