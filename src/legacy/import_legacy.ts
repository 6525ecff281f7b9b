import { assetStream } from "../assets/mod.ts";
import { campaignStream } from "../campaigns/mod.ts";
import { clientStream } from "../clients/mod.ts";
import { AppError } from "../core/errors.ts";
import { jobStream } from "../jobs/mod.ts";
import type { SceneBounds } from "../storyboard/mod.ts";
import {
  ASSET_COLUMNS,
  GENERATED_COLUMNS,
  type GeneratedTable,
  generatedId,
  readAsset,
  readGenerated,
} from "./assets.ts";
import { CAMPAIGN_COLUMNS, readCampaign } from "./campaigns.ts";
import { CLIENT_COLUMNS, readClient } from "./clients.ts";
import type { AnyItem, Outcome, Target } from "./import_target.ts";
import { type Item, type Kind, LEGACY, NotImportable, timesOf } from "./item.ts";
import { campaignIdOf, clientIdOf } from "./job_request.ts";
import { JOB_COLUMNS, readJob } from "./jobs.ts";
import type { OldRow, OldTables } from "./old_tables.ts";
import { readOwners } from "./owners.ts";
import { createReport, type Report } from "./report.ts";
import { SCENE_COLUMNS } from "./scenes.ts";
import { idOf } from "./values.ts";

/** Options of {@linkcode importLegacy}. */
export interface ImportOptions {
  readonly tables: OldTables;
  readonly target: Target;
  readonly sceneBounds: SceneBounds;
  /** The owner of everything. Default: the owners that the old users become. */
  readonly owner?: string | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A row to import. */
interface Work {
  readonly source: (typeof SOURCES)[number];
  readonly rowid: number;
}

/** The imported tables in order: each may refer to rows of the earlier ones. */
const SOURCES = [
  { kind: "client", table: "clients", columns: CLIENT_COLUMNS, idOf },
  { kind: "campaign", table: "campaigns", columns: CAMPAIGN_COLUMNS, idOf },
  { kind: "asset", table: "assets", columns: ASSET_COLUMNS, idOf },
  generated("generated_images"),
  generated("generated_audio"),
  { kind: "job", table: "generated_videos", columns: JOB_COLUMNS, idOf },
] as const;
/** Tables that are read along with others. */
const HELPERS = ["users", "asset_blobs", "job_scenes"];
const STREAMS = { client: clientStream, campaign: campaignStream, asset: assetStream, job: jobStream } as const;

/**
 * Imports the rows of an old file, each by one append. An import that was interrupted continues when it is run again,
 * because rows that have a stream are skipped. A row that cannot be imported is reported and stops nothing.
 *
 * @throws {AppError} `bad_request` for a file that is not of the old backend; `unavailable` when the disk is full or no
 *   media process starts
 */
export async function importLegacy(options: ImportOptions): Promise<Report> {
  const { tables, target, sceneBounds, onProgress } = options;
  // A Reelog database has tables of the same names.
  if (tables.has("projection_checkpoints") || !SOURCES.some(({ table }) => tables.has(table))) {
    throw new AppError("bad_request", "Cannot import the file: it is not the old backend's database");
  }
  const owners = readOwners(tables, options.owner);
  const report = createReport(owners.names);
  for (const table of tables.names) {
    const rows = HELPERS.includes(table) || SOURCES.some((source) => source.table === table) ? 0 : tables.count(table);
    if (rows !== 0) report.unread.push({ table, rows });
  }
  const scenesOf = tables.grouped("job_scenes", "job_id", "scene_number");
  const ownerOf: Record<"client" | "campaign", Map<string, string>> = { client: new Map(), campaign: new Map() };

  /** Finds the owner by the row's user, else by its client or campaign, else takes the fallback. */
  function ownerOfRow(kind: Kind, row: OldRow): { owner: string; isKnown: boolean } {
    const clientId = kind === "job" ? clientIdOf(row) : idOf(row.client_id);
    const campaignId = kind === "job" ? campaignIdOf(row) : idOf(row.campaign_id);
    const owner =
      owners.ofUser(row.user_id) ??
      (kind === "client" ? undefined : ownerOf.client.get(clientId ?? "")) ??
      ownerOf.campaign.get(campaignId ?? "");
    return { owner: owner ?? owners.fallback, isKnown: owner !== undefined || owners.names.length === 1 };
  }

  function read({ source, rowid }: Work, row: OldRow, owner: string): AnyItem {
    const { clientScopes } = target;
    switch (source.table) {
      case "clients":
        return readClient(row, owner);
      case "campaigns":
        return readCampaign(row, owner, (clientId) => clientScopes.hasClient(owner, clientId));
      case "assets":
        return readAsset(row, { owner, rowid, tables, clientScopes });
      case "generated_images":
      case "generated_audio":
        return readGenerated(source.table, row, { owner, rowid, tables, clientScopes });
      case "generated_videos": {
        const rowids = scenesOf.get(String(row.id)) ?? [];
        const scenes = rowids.map((scene) => tables.row("job_scenes", scene, SCENE_COLUMNS));
        const { brandOf, assetOf } = target;
        return readJob(row, scenes, { owner, rowid, tables, clientScopes, sceneBounds, brandOf, assetOf });
      }
    }
  }

  function remember(kind: Kind, id: string, owner: string): void {
    if (kind === "client" || kind === "campaign") ownerOf[kind].set(id, owner);
  }

  function count(film: Outcome["film"], otherwise: "skipped" | null): void {
    if (film === "film") report.videos.imported++;
    else if (film === "damaged") report.videos.failed++;
    else if (otherwise !== null) report.videos[otherwise]++;
  }

  /** Lets the target complete an item of an earlier run; an unreadable row stays as it is. */
  async function keep(work: Work, row: OldRow, owner: string): Promise<Outcome | null> {
    try {
      const item = read(work, row, owner);
      const changed = await target.keep(item);
      if (item.kind === "job" && item.film !== null) count(changed?.film ?? "none", "skipped");
      return changed;
    } catch (error) {
      if (error instanceof NotImportable) return null;
      throw error;
    }
  }

  async function bring(work: Work): Promise<void> {
    const { source, rowid } = work;
    const { kind } = source;
    const counts = report.counts[kind];
    let id: string | null = null;
    const tell = (outcome: "refused" | "failed" | "note", message: string) =>
      report.findings.push({ kind, id, outcome, message });
    try {
      const row = tables.row(source.table, rowid, source.columns);
      id = source.idOf(row.id);
      const first = id === null ? null : await target.firstOf(STREAMS[kind](id));
      if (id !== null && first) {
        if (first.imported?.system !== LEGACY.system || !isSame(first.imported, row)) {
          throw new NotImportable("its id is already used by something else");
        }
        counts.skipped++;
        remember(kind, id, first.owner);
        const changed = await keep(work, row, first.owner);
        for (const note of changed?.notes ?? []) tell("note", note);
        return;
      }
      const { owner, isKnown } = ownerOfRow(kind, row);
      const item = read(work, row, owner);
      const { failure, film, notes } = await target.put(item);
      counts.imported++;
      remember(kind, item.id, owner);
      if (failure !== null) counts.failed++;
      if (failure !== null) tell("failed", failure);
      count(film, null);
      for (const note of [...item.notes, ...notes]) tell("note", note);
      if (!isKnown) tell("note", `it has no user; its owner is ${owner}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (isOurs(error)) {
        throw new AppError("unavailable", `Cannot go on at ${kind} ${id}: ${why}; run the import again to continue`);
      }
      counts.refused++;
      tell("refused", why);
    }
  }

  const all: Work[] = SOURCES.flatMap((source) => tables.rowids(source.table).map((rowid) => ({ source, rowid })));
  onProgress?.(0, all.length);
  for (const [index, each] of all.entries()) {
    await bring(each);
    onProgress?.(index + 1, all.length);
  }
  return report;
}

function generated<Table extends GeneratedTable>(table: Table) {
  return {
    kind: "asset",
    table,
    columns: GENERATED_COLUMNS,
    idOf: (value: unknown) => generatedId(table, value),
  } as const;
}

/** Returns true for a full disk or a process that does not start, which are not faults of the row. */
function isOurs(error: unknown): boolean {
  if (error instanceof AppError) return error.code === "unavailable";
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && /^E[A-Z]/.test(code);
}

/** Compares creation times, because another old file can have the same ids. */
function isSame(imported: Item["times"], row: OldRow): boolean {
  const { createdAt } = timesOf(row.created_at ?? row.uploaded_at, null);
  return imported.createdAt === createdAt;
}
