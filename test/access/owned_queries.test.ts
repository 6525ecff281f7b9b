import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { getTableColumns, getTableName } from "drizzle-orm";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import { type AssetQueries, createAssetQueries } from "../../src/assets/mod.ts";
import { type CampaignQueries, createCampaignQueries } from "../../src/campaigns/mod.ts";
import { type ClientQueries, createClientQueries } from "../../src/clients/mod.ts";
import type { PageRequest } from "../../src/core/paging.ts";
import { createCatalogue, openStore, type Store, wasAccepted } from "../../src/event_log/mod.ts";
import { createJobQueries, type JobQueries } from "../../src/jobs/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { temporaryDirectory } from "../support/test_server.ts";

/** The tables whose rows have an owner. */
const OWNED = allProjections
  .flatMap(({ tables }) => tables)
  .filter((table) => "owner" in getTableColumns(table))
  .map(getTableName);

let dataDir: string;
let store: Store;
let read: BunSQLiteDatabase;
const asked: string[] = [];
beforeAll(async () => {
  dataDir = await temporaryDirectory();
  store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  read = drizzle(store.db, { logger: { logQuery: (sql) => void asked.push(sql) } });
});
afterAll(async () => {
  store.close();
  await rm(dataDir, { recursive: true });
});

/** Every question of a slice, asked in each of its forms; the type makes a new one be asked here, too. */
type Asked<Queries> = Record<keyof Queries, () => unknown>;

const byOffset: PageRequest = { by: "offset", limit: 10, offset: 0 };
const byCursor: PageRequest = { by: "cursor", limit: 10, before: 9 };
const pages = [byOffset, byCursor];
const places = [{ clientId: "1" }, { campaignId: "1" }];

function questions(): Record<string, Record<string, () => unknown>> {
  const assets = createAssetQueries(read);
  const clients = createClientQueries(read);
  const campaigns = createCampaignQueries(read);
  const jobs = createJobQueries(read);
  const assetFilters = [
    { client_id: "1" },
    { campaign_id: "1", asset_type: "image" as const },
    { status: "all" as const, tag: "1" },
    {},
  ];
  return {
    assets: {
      find: () => assets.find("ann", "1"),
      ownerOf: () => assets.ownerOf("1"),
      list: () => assetFilters.flatMap((filter) => pages.map((page) => assets.list("ann", filter, page))),
      idsIn: () => places.map((place) => assets.idsIn("ann", place)),
      totalsIn: () => places.map((place) => assets.totalsIn("ann", place)),
      lostOf: () => assets.lostOf("ann", ["1"]),
      usageOf: () => assets.usageOf("ann"),
    } satisfies Asked<AssetQueries>,
    clients: {
      find: () => clients.find("ann", "1"),
      list: () => pages.map((page) => clients.list("ann", page)),
    } satisfies Asked<ClientQueries>,
    campaigns: {
      find: () => campaigns.find("ann", "1"),
      list: () =>
        [{}, { client_id: "1", status: "draft" as const }].flatMap((filter) =>
          pages.map((page) => campaigns.list("ann", filter, page)),
        ),
      count: () => campaigns.count("ann", { client_id: "1" }),
      idsOf: () => campaigns.idsOf("ann", "1"),
    } satisfies Asked<CampaignQueries>,
    jobs: {
      find: () => jobs.find("ann", "1"),
      ownerOf: () => jobs.ownerOf("1"),
      parts: () => null,
      partsOf: () => jobs.partsOf([]),
      scenes: () => jobs.scenes({ id: "1" }),
      list: () =>
        [{}, { client_id: "1", campaign_id: "1", status: "failed" as const }].flatMap((filter) =>
          pages.map((page) => jobs.list("ann", filter, page)),
        ),
      revisionInProgress: () => jobs.revisionInProgress("1", "1"),
      openJobsUsing: () => jobs.openJobsUsing("ann", "1"),
      openJobsOf: () => places.map((place) => jobs.openJobsOf("ann", place)),
      inFlight: () => jobs.inFlight("ann"),
      spokenLine: () => jobs.spokenLine("ann", "1"),
      videoBytes: () => jobs.videoBytes("ann"),
      stats: () => places.map((place) => jobs.stats("ann", place)),
    } satisfies Asked<JobQueries>,
    idempotency: { wasAccepted: () => wasAccepted(read, { owner: "ann", key: "1", fingerprint: "1" }) },
  };
}

/** The only questions that may be asked of other owners' rows, and why. */
const OF_ALL = new Map([
  ["assets.ownerOf", "a signed URL names no owner: this finds the one that it reads for"],
  ["jobs.ownerOf", "as above"],
  ["jobs.revisionInProgress", "asked of a job that was found as the owner's"],
  ["jobs.partsOf", "asked of jobs that were found as the owner's"],
]);

describe("every question to a table of things that have an owner", () => {
  test("is about one owner", () => {
    expect(OWNED).toContain("assets");
    for (const [slice, named] of Object.entries(questions())) {
      for (const [name, ask] of Object.entries(named)) {
        asked.length = 0;
        ask();
        if (OF_ALL.has(`${slice}.${name}`)) continue;
        for (const sql of asked) {
          for (const table of OWNED.filter((owned) => new RegExp(`(from|join) "${owned}"`).test(sql))) {
            const isAboutOne = new RegExp(`("${table}"\\.)?"owner" = \\?`).test(sql) || isJoinedToOwned(sql);
            expect({ slice, name, sql, isAboutOne }).toEqual({ slice, name, sql, isAboutOne: true });
          }
        }
      }
    }
  });
});

/** A join by id to rows of the owner is about the owner, too. */
function isJoinedToOwned(sql: string): boolean {
  return sql.includes(" join ") && OWNED.some((table) => sql.includes(`"${table}"."owner" = ?`));
}
