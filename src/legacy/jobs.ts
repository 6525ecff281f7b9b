import type { NewEvent } from "../event_log/mod.ts";
import { jobDecider, jobStream, type KnownAsset, type StoredScene } from "../jobs/mod.ts";
import type { SceneBounds } from "../storyboard/mod.ts";
import type { ClientScopes } from "./client_scopes.ts";
import { decideAll } from "./decide_all.ts";
import { type Item, NotImportable, timesOf } from "./item.ts";
import { endingOf, type FilmOutcome } from "./job_ending.ts";
import { campaignIdOf, clientIdOf, readRequest } from "./job_request.ts";
import type { OldBytes, OldRow, OldTables } from "./old_tables.ts";
import { readScenes } from "./scenes.ts";
import { dollarsOf, idOf, isTrue, textOf } from "./values.ts";

/** The columns of the old table that are read; older files lack some. */
export const JOB_COLUMNS = [
  "id",
  "user_id",
  "prompt",
  "status",
  "parameters",
  "progress",
  "approved",
  "estimated_cost",
  "actual_cost",
  "error_message",
  "client_id",
  "campaign_id",
  "video_url",
  "model_id",
  "collection",
  "metadata",
  "storyboard_data",
  "approved_at",
  "brief_id",
  "format",
  "duration",
  "download_count",
  "refinement_count",
  "views",
  "clicks",
  "ctr",
  "conversions",
  "created_at",
  "updated_at",
] as const;

/** A job of the old file; its events depend on the inspection of its film. */
export interface JobItem extends Item {
  readonly kind: "job";
  readonly film: OldBytes | null;
  /** The old backend's thumbnail of the film, used when none can be made. */
  readonly picture: OldBytes | null;
  /** Returns the notes that depend on the film. */
  notesWith(film: FilmOutcome): readonly string[];
  eventsWith(film: FilmOutcome): readonly NewEvent[];
}

/** The context of a job's rows. */
export interface JobContext {
  readonly owner: string;
  readonly rowid: number;
  readonly tables: OldTables;
  readonly clientScopes: ClientScopes;
  readonly sceneBounds: SceneBounds;
  readonly brandOf: (owner: string, clientId: string) => Record<string, unknown> | null;
  /** Returns an imported asset. */
  readonly assetOf: (owner: string, assetId: string) => KnownAsset | undefined;
}

/**
 * Reads a job of the old file as the commands that lead to the same state.
 *
 * @param sceneRows in the order of their numbers
 * @throws {NotImportable}
 */
export function readJob(row: OldRow, sceneRows: readonly OldRow[], context: JobContext): JobItem {
  const { owner, rowid, tables, clientScopes, sceneBounds, brandOf, assetOf } = context;
  const id = idOf(row.id);
  if (id === null) throw new NotImportable("its id cannot be used");
  const clientId = clientIdOf(row);
  const { scope, notes } = clientScopes.scopeOf(owner, { client_id: clientId, campaign_id: campaignIdOf(row) });
  const { request, specs, assetIds, roles, notes: more } = readRequest(row, scope.campaignId);
  const storyboard = readScenes(sceneRows, specs.duration);

  const wanted = [...new Set([...assetIds, ...(storyboard?.assetIds ?? [])])];
  const known = wanted.flatMap((assetId) => {
    const asset = assetOf(owner, assetId);
    return asset ? [{ assetId, facts: asset.facts, role: roles.get(assetId) ?? null }] : [];
  });
  const lost = wanted.length - known.length;
  const isKnown = new Set(known.map(({ assetId }) => assetId));
  const planned = (storyboard?.scenes ?? []).map((scene) => ({
    ...scene,
    assets: scene.assets.filter((assetId) => isKnown.has(assetId)),
  }));

  /** A film needs an approved storyboard; without scenes in the old file, the film is the only scene. */
  const scenesWith = (film: FilmOutcome) =>
    planned.length === 0 && film.kind === "film"
      ? [filmScene(film.video.duration, textOf(row.prompt) ?? request.adBasics.product)]
      : planned;
  const endingWith = (film: FilmOutcome) =>
    endingOf({
      status: textOf(row.status)?.trim().toLowerCase() ?? "",
      isApproved: isTrue(row.approved),
      error: textOf(row.error_message),
      hasScenes: scenesWith(film).length > 0,
      film,
    });
  const bytesOf = (column: string) => tables.bytes({ table: "generated_videos", column }, "rowid", rowid);

  return {
    kind: "job",
    id,
    owner,
    stream: jobStream(id),
    times: timesOf(row.created_at, row.updated_at),
    film: bytesOf("video_data"),
    picture: bytesOf("thumbnail_data"),
    notes: [
      ...notes,
      ...more,
      ...(clientId === null ? ["it names no client"] : []),
      ...(lost > 0 ? [`${lost} of its assets were not imported`] : []),
      ...(storyboard?.notes ?? []),
    ],
    notesWith: (film) => [
      ...(film.kind === "film" && planned.length === 0 ? ["it has no scenes: its film is shown as one scene"] : []),
      ...endingWith(film).notes,
    ],
    eventsWith(film) {
      const scenes = scenesWith(film);
      const duration = storyboard?.duration ?? (film.kind === "film" ? inTenths(film.video.duration) : specs.duration);
      return decideAll(jobDecider, id, [
        {
          do: "create",
          job: {
            request,
            specs: { ...specs, duration },
            assets: known.map(({ assetId, facts, role }) => ({
              assetId,
              role,
              imported: false,
              ready: facts !== null,
            })),
            brand: clientId === null ? null : brandOf(owner, clientId),
            estimatedCost: dollarsOf(row.estimated_cost) ?? 0,
            sceneBounds,
          },
        },
        {
          do: "note assets ready",
          assets: known.flatMap(({ facts }) => facts ?? []),
          cost: dollarsOf(row.actual_cost) ?? 0,
        },
        ...(scenes.length > 0 ? [{ do: "store scenes" as const, plan: 1, scenes, usage: null }] : []),
        ...endingWith(film).commands,
      ]);
    },
  };
}

function filmScene(duration: number, description: string): StoredScene {
  return {
    sceneId: "scene-of-film",
    duration: inTenths(duration),
    description: description || "The whole film",
    script: "",
    shotType: "medium",
    transition: "cut",
    assets: [],
    metadata: {},
  };
}

function inTenths(seconds: number): number {
  return Math.max(1, Math.round(seconds * 10)) / 10;
}
