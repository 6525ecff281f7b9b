import { assetStream } from "../assets/events.ts";
import { campaignStream } from "../campaigns/events.ts";
import { clientStream } from "../clients/events.ts";
import { AppError } from "../errors.ts";
import { jobStream } from "../jobs/events.ts";
import type { SceneBounds } from "../storyboard/mod.ts";
import { ASSET_COLUMNS, type AssetItem, readAsset } from "./assets.ts";
import { CAMPAIGN_COLUMNS, readCampaign } from "./campaigns.ts";
import { CLIENT_COLUMNS, readClient } from "./clients.ts";
import { type Item, KINDS, type Kind, LEGACY, NotImportable, type PlainItem, timesOf } from "./item.ts";
import { campaignIdOf, clientIdOf } from "./job_request.ts";
import { JOB_COLUMNS, readJob } from "./jobs.ts";
import type { OldRow, OldTables } from "./old_tables.ts";
import { readOwners } from "./owners.ts";
import { createReport, type Report } from "./report.ts";
import { SCENE_COLUMNS } from "./scenes.ts";
import type { Target } from "./target.ts";
import { idOf } from "./values.ts";

/** How an import is to go. */
export interface ImportOptions {
  readonly tables: OldTables;
  readonly target: Target;
  readonly sceneBounds: SceneBounds;
  /** Everything belongs to this owner; otherwise to the owners that the old users become. */
  readonly owner?: string | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A row that is to be brought over. */
interface Work {
  readonly kind: Kind;
  readonly rowid: number;
}

const TABLES = { client: "clients", campaign: "campaigns", asset: "assets", job: "generated_videos" } as const;
const COLUMNS = { client: CLIENT_COLUMNS, campaign: CAMPAIGN_COLUMNS, asset: ASSET_COLUMNS, job: JOB_COLUMNS } as const;
const STREAMS = { client: clientStream, campaign: campaignStream, asset: assetStream, job: jobStream } as const;

/**
 * Brings the things of an old file over, each by one append: an import that was stopped anywhere goes on where it was
 * when it is run again, because what has its stream already is skipped. A row that cannot be brought over is a line of
 * the report and stops nothing.
 *
 * @throws {AppError} `bad_request` for a file that is not of the old backend; `unavailable` when the disk is full or no
 *   media process starts
 */
export async function importLegacy(options: ImportOptions): Promise<Report> {
  const { tables, target, sceneBounds, onProgress } = options;
  // A Reelog database has tables of the same names.
  if (tables.has("projection_checkpoints") || !KINDS.some((kind) => tables.has(TABLES[kind]))) {
    throw new AppError("bad_request", "Cannot import the file: it is not the old backend's database");
  }
  const owners = readOwners(tables, options.owner);
  const report = createReport(owners.names);
  const scenesOf = tables.grouped("job_scenes", "job_id", "scene_number");
  const ownerOf: Record<"client" | "campaign", Map<string, string>> = { client: new Map(), campaign: new Map() };

  /** By its user, else by what it belongs to; a thing of nobody is still brought over. */
  function ownerOfRow(kind: Kind, row: OldRow): { owner: string; isKnown: boolean } {
    const clientId = kind === "job" ? clientIdOf(row) : idOf(row.client_id);
    const campaignId = kind === "job" ? campaignIdOf(row) : idOf(row.campaign_id);
    const owner =
      owners.ofUser(row.user_id) ??
      (kind === "client" ? undefined : ownerOf.client.get(clientId ?? "")) ??
      ownerOf.campaign.get(campaignId ?? "");
    return { owner: owner ?? owners.fallback, isKnown: owner !== undefined || owners.names.length === 1 };
  }

  function read({ kind, rowid }: Work, row: OldRow, owner: string): AssetItem | PlainItem {
    const { places } = target;
    switch (kind) {
      case "client":
        return readClient(row, owner);
      case "campaign":
        return readCampaign(row, owner, (clientId) => places.hasClient(owner, clientId));
      case "asset":
        return readAsset(row, { owner, rowid, tables, places });
      case "job": {
        const rowids = scenesOf.get(String(row.id)) ?? [];
        const scenes = rowids.map((scene) => tables.row("job_scenes", scene, SCENE_COLUMNS));
        return readJob(row, scenes, { owner, places, sceneBounds, brandOf: target.brandOf, assetOf: target.assetOf });
      }
    }
  }

  function remember(kind: Kind, id: string, owner: string): void {
    if (kind === "client" || kind === "campaign") ownerOf[kind].set(id, owner);
  }

  /** Tells the target of what is there already, also when it could not be read any more. */
  async function keep(work: Work, row: OldRow, owner: string): Promise<string | null> {
    try {
      return await target.keep(read(work, row, owner));
    } catch (error) {
      if (error instanceof NotImportable) return null;
      throw error;
    }
  }

  async function bring(work: Work): Promise<void> {
    const { kind, rowid } = work;
    const counts = report.counts[kind];
    let id: string | null = null;
    const tell = (outcome: "refused" | "failed" | "note", message: string) =>
      report.findings.push({ kind, id, outcome, message });
    try {
      const row = tables.row(TABLES[kind], rowid, COLUMNS[kind]);
      id = idOf(row.id);
      const first = id === null ? null : await target.firstOf(STREAMS[kind](id));
      if (id !== null && first) {
        if (first.imported?.system !== LEGACY.system || !isSame(first.imported, row)) {
          throw new NotImportable("its id is taken here by something else");
        }
        counts.skipped++;
        remember(kind, id, first.owner);
        const changed = await keep(work, row, first.owner);
        if (changed !== null) tell("note", changed);
        return;
      }
      const { owner, isKnown } = ownerOfRow(kind, row);
      const item = read(work, row, owner);
      const failure = await target.put(item);
      counts.imported++;
      remember(kind, item.id, owner);
      if (failure) counts.failed++;
      if (failure) tell("failed", failure.message);
      for (const note of item.notes) tell("note", note);
      if (!isKnown) tell("note", `it belongs to no user; its owner is ${owner}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (isOurs(error)) {
        throw new AppError(
          "unavailable",
          `Cannot go on at ${kind} ${id}: ${why}; run the import again to go on from here`,
        );
      }
      counts.refused++;
      tell("refused", why);
    }
  }

  const all: Work[] = KINDS.flatMap((kind) => tables.rowids(TABLES[kind]).map((rowid) => ({ kind, rowid })));
  onProgress?.(0, all.length);
  for (const [index, each] of all.entries()) {
    await bring(each);
    onProgress?.(index + 1, all.length);
  }
  return report;
}

/** A disk that is full or a process that does not start is no fault of the row: the next run goes on from here. */
function isOurs(error: unknown): boolean {
  if (error instanceof AppError) return error.code === "unavailable";
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && /^E[A-Z]/.test(code);
}

/** The same old row: another old file can have the same integers as ids. */
function isSame(imported: Item["times"], row: OldRow): boolean {
  const { createdAt } = timesOf(row.created_at ?? row.uploaded_at, null);
  return imported.createdAt === createdAt;
}
