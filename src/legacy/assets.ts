import type { Static } from "@sinclair/typebox";
import { type AssetRequested, assetStream } from "../assets/mod.ts";
import { isMediaKind } from "../media/mod.ts";
import type { ClientScopes } from "./client_scopes.ts";
import { type Item, NotImportable, timesOf } from "./item.ts";
import { lineOf } from "./names.ts";
import type { OldBytes, OldRow, OldTables } from "./old_tables.ts";
import { idOf, jsonOf, textOf, textsOf, webUrlOf } from "./values.ts";

/** The columns of the old table that are read, without those that hold bytes; older files lack some. */
export const ASSET_COLUMNS = [
  "id",
  "user_id",
  "client_id",
  "campaign_id",
  "name",
  "asset_type",
  "url",
  "uploaded_at",
  "created_at",
  "updated_at",
  "tags",
  "blob_id",
  "source_url",
  "thumbnail_blob_id",
] as const;

const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 100;

/** An asset of the old file; its events depend on the inspection of its bytes. */
export interface AssetItem extends Item {
  readonly kind: "asset";
  readonly request: Static<typeof AssetRequested.schema>;
  readonly bytes: OldBytes | null;
  /** The old backend's thumbnail, used when none can be made. */
  readonly thumbnail: OldBytes | null;
}

/** The context of an asset's row. */
export interface AssetContext {
  readonly owner: string;
  readonly rowid: number;
  readonly tables: OldTables;
  readonly clientScopes: ClientScopes;
}

/**
 * Reads an asset of the old file. Size, format, dimensions and duration come from its content, not from the row.
 *
 * @throws {NotImportable}
 */
export function readAsset(row: OldRow, { owner, rowid, tables, clientScopes }: AssetContext): AssetItem {
  const id = idOf(row.id);
  if (id === null) throw new NotImportable("its id cannot be used");
  const { scope, notes } = clientScopes.scopeOf(owner, row);
  const name = lineOf(row.name) ?? `Asset ${id}`;
  const kind = textOf(row.asset_type)?.trim().toLowerCase();
  const url = sourceOf(row);
  const request = {
    name,
    type: isMediaKind(kind) ? kind : null,
    source: url === null ? { kind: "upload" as const, filename: name } : { kind: "url" as const, url },
    ...scope,
    tags: readTags(row.tags),
  };
  const blobOf = (blobId: unknown) => tables.bytes({ table: "asset_blobs", column: "data" }, "id", blobId);
  return {
    kind: "asset",
    id,
    owner,
    stream: assetStream(id),
    times: timesOf(row.created_at ?? row.uploaded_at, row.updated_at),
    notes,
    request,
    bytes: blobOf(row.blob_id) ?? tables.bytes({ table: "assets", column: "blob_data" }, "rowid", rowid),
    thumbnail: blobOf(row.thumbnail_blob_id),
  };
}

/** Tables of generated files; each holds the bytes of one kind. */
export const GENERATED = {
  generated_images: { type: "image", url: "image_url", bytes: "image_data" },
  generated_audio: { type: "audio", url: "audio_url", bytes: "audio_data" },
} as const;
/** One of {@linkcode GENERATED}. */
export type GeneratedTable = keyof typeof GENERATED;

/** The columns of these tables that are read. */
export const GENERATED_COLUMNS = [
  "id",
  "user_id",
  "client_id",
  "campaign_id",
  "prompt",
  "image_url",
  "audio_url",
  "collection",
  "created_at",
] as const;

/** Returns the asset id of a generated file. It names the table, because each table counts from 1. */
export function generatedId(table: GeneratedTable, value: unknown): string | null {
  const id = idOf(value);
  return id === null ? null : idOf(`${table.replace("_", "-")}-${id}`);
}

/**
 * Reads a generated file of the old backend as an asset.
 *
 * @throws {NotImportable}
 */
export function readGenerated(table: GeneratedTable, row: OldRow, context: AssetContext): AssetItem {
  const { owner, rowid, tables, clientScopes } = context;
  const { type, url: urlColumn, bytes } = GENERATED[table];
  const id = generatedId(table, row.id);
  if (id === null) throw new NotImportable("its id cannot be used");
  const { scope, notes } = clientScopes.scopeOf(owner, row);
  const url = webUrlOf(row[urlColumn]);
  const name = lineOf(row.prompt) ?? `Generated ${type} ${idOf(row.id)}`;
  const collection = lineOf(row.collection)?.slice(0, MAX_TAG_LENGTH).toWellFormed().trim();
  return {
    kind: "asset",
    id,
    owner,
    stream: assetStream(id),
    times: timesOf(row.created_at, null),
    notes,
    request: {
      name,
      type,
      source: url === null ? { kind: "upload" as const, filename: name } : { kind: "url" as const, url },
      ...scope,
      tags: ["generated", ...(collection ? [collection] : [])],
    },
    bytes: tables.bytes({ table, column: bytes }, "rowid", rowid),
    thumbnail: null,
  };
}

/** Returns the source URL of an asset; a URL of the old backend itself does not count. */
function sourceOf({ source_url, url }: OldRow): string | null {
  const given = webUrlOf(source_url);
  if (given !== null) return given;
  const own = webUrlOf(url);
  return own === null || new URL(own).pathname.startsWith("/api/") ? null : own;
}

function readTags(column: unknown): string[] {
  const { value, broken } = jsonOf(column);
  const texts = broken ? (textOf(column)?.split(",") ?? []) : textsOf(value);
  const tags = texts.flatMap((text) => lineOf(text)?.slice(0, MAX_TAG_LENGTH).toWellFormed().trim() || []);
  return [...new Set(tags)].slice(0, MAX_TAGS);
}
