import type { Static } from "@sinclair/typebox";
import { and, asc, eq, getTableColumns, isNotNull, ne, or, type SQL, sql, sum } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { ClientOrCampaign } from "../core/client_scope.ts";
import type { Page, PageRequest } from "../core/paging.ts";
import { createPagedList, type Has, inClientScope, pageQuery, whereGiven } from "../database/mod.ts";
import type { MediaKind } from "../media/mod.ts";
import type { AssetQuery } from "./schema.ts";
import { assets, assetTags, assetTotals } from "./tables.ts";

/** A row of the read table. */
export type AssetRow = typeof assets.$inferSelect;

/** The filters of a list; a status of `all` is none. */
export type AssetFilter = Pick<
  Static<typeof AssetQuery>,
  "client_id" | "campaign_id" | "asset_type" | "status" | "tag"
>;

/** The number of assets and their size. */
export interface AssetTotals {
  /** The number of assets of any status, without the deleted ones. */
  readonly total: number;
  /** Bytes of their contents, each asset's own; thumbnails are not counted. */
  readonly bytes: number;
  /** The number of each kind; an unreadable upload has no kind. */
  readonly byType: Record<MediaKind, number>;
}

/** Read queries of assets. Each is limited to one owner. */
export interface AssetQueries {
  find(owner: string, id: string): AssetRow | undefined;
  list(owner: string, filter: AssetFilter, page: PageRequest): Page<AssetRow>;
  /** Returns the ids of all assets of a client or campaign, of any status, oldest first. */
  idsIn(owner: string, where: ClientOrCampaign): string[];
  /** Returns the number of assets of a client or campaign, without counting rows. */
  totalsIn(owner: string, where: ClientOrCampaign): AssetTotals;
  /** Returns the owner of an asset, for a signed URL, which names no owner. */
  ownerOf(id: string): string | undefined;
  /** Returns those of the assets that can never become ready: deleted, or an upload that failed. */
  lostOf(owner: string, ids: readonly string[]): string[];
  /** Returns the usage of an owner: pending imports, and the bytes of all contents, counted once per asset. */
  usageOf(owner: string): { readonly pending: number; readonly bytes: number };
}

const isTagged = [eq(assetTags.owner, sql.placeholder("owner")), eq(assetTags.tag, sql.placeholder("tag"))];

/** Creates the queries over the read tables. Frequent ones are compiled once. */
export function createAssetQueries(read: BunSQLiteDatabase): AssetQueries {
  const byId = read
    .select()
    .from(assets)
    .where(and(eq(assets.owner, sql.placeholder("owner")), eq(assets.id, sql.placeholder("id"))))
    .prepare();
  const ownerById = read
    .select({ owner: assets.owner })
    .from(assets)
    .where(eq(assets.id, sql.placeholder("id")))
    .prepare();
  const stillGood = read
    .select({ id: assets.id })
    .from(assets)
    .where(
      and(
        eq(assets.owner, sql.placeholder("owner")),
        sql`${assets.id} IN (SELECT value FROM json_each(${sql.placeholder("ids")}))`,
        or(ne(assets.status, "failed"), isNotNull(assets.sourceUrl)),
      ),
    )
    .prepare();
  const usageByStatus = read
    .select({ status: assetTotals.status, count: sum(assetTotals.count), bytes: sum(assetTotals.sizeBytes) })
    .from(assetTotals)
    .where(eq(assetTotals.owner, sql.placeholder("owner")))
    .groupBy(assetTotals.status)
    .prepare();
  const filtered = createPagedList({
    // With a tag in the order of the tag's index, so that a page costs the same at any depth.
    rows(has) {
      const { owner } = assets;
      const { position } = has("tag") ? assetTags : assets;
      const where = [...whereFiltered(has, assets), ...(has("tag") ? isTagged : [])];
      const query = read.select(getTableColumns(assets)).from(assets).$dynamic();
      if (has("tag")) query.innerJoin(assetTags, eq(assetTags.assetId, assets.id));
      return pageQuery(query, { has, owner, position, where }).prepare();
    },
    // Exact; only a tag filter counts rows.
    total(has) {
      if (has("tag")) {
        return read
          .select({ total: sql<string | number | null>`count(*)` })
          .from(assetTags)
          .innerJoin(assets, eq(assets.id, assetTags.assetId))
          .where(and(...isTagged, ...whereFiltered(has, assets)))
          .prepare();
      }
      return read
        .select({ total: sql<string | number | null>`sum(${assetTotals.count})` })
        .from(assetTotals)
        .where(and(eq(assetTotals.owner, sql.placeholder("owner")), ...whereFiltered(has, assetTotals)))
        .prepare();
    },
  });

  return {
    find: (owner, id) => byId.get({ owner, id }),
    ownerOf: (id) => ownerById.get({ id })?.owner,
    lostOf(owner, ids) {
      const good = new Set(stillGood.all({ owner, ids: JSON.stringify(ids) }).map(({ id }) => id));
      return ids.filter((id) => !good.has(id));
    },
    usageOf(owner) {
      const rows = usageByStatus.all({ owner });
      const pending = rows.find(({ status }) => status === "pending")?.count ?? 0;
      return { pending: Number(pending), bytes: rows.reduce((total, { bytes }) => total + Number(bytes), 0) };
    },
    idsIn: (owner, where) =>
      read
        .select({ id: assets.id })
        .from(assets)
        .where(and(eq(assets.owner, owner), inClientScope(assets, where)))
        .orderBy(asc(assets.position))
        .all()
        .map(({ id }) => id),
    totalsIn(owner, where) {
      const rows = read
        .select({ type: assetTotals.type, count: sum(assetTotals.count), bytes: sum(assetTotals.sizeBytes) })
        .from(assetTotals)
        .where(and(eq(assetTotals.owner, owner), inClientScope(assetTotals, where)))
        .groupBy(assetTotals.type)
        .all()
        .map(({ type, count, bytes }) => ({ type, count: Number(count), bytes: Number(bytes) }));
      const countOf = (kind: MediaKind) => rows.find(({ type }) => type === kind)?.count ?? 0;
      return {
        total: rows.reduce((total, { count }) => total + count, 0),
        bytes: rows.reduce((total, { bytes }) => total + bytes, 0),
        byType: {
          image: countOf("image"),
          video: countOf("video"),
          audio: countOf("audio"),
          document: countOf("document"),
          font: countOf("font"),
        },
      };
    },
    list(owner, { client_id, campaign_id, asset_type, status, tag }, page) {
      const filters = { client_id, campaign_id, asset_type, tag, status: status === "all" ? undefined : status };
      return filtered.page(owner, filters, page);
    },
  };
}

function whereFiltered(has: Has, { clientId, campaignId, type, status }: FilteredColumns): SQL[] {
  return whereGiven(has, { client_id: clientId, campaign_id: campaignId, asset_type: type, status });
}

interface FilteredColumns {
  readonly clientId: SQLiteColumn;
  readonly campaignId: SQLiteColumn;
  readonly type: SQLiteColumn;
  readonly status: SQLiteColumn;
}
