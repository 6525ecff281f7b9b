import { jobDecider } from "../jobs/decide.ts";
import { jobStream } from "../jobs/events.ts";
import type { KnownAsset } from "../jobs/wanted_assets.ts";
import type { SceneBounds } from "../storyboard/mod.ts";
import { decideAll } from "./decide_all.ts";
import { NotImportable, type PlainItem, timesOf } from "./item.ts";
import { endingOf } from "./job_ending.ts";
import { campaignIdOf, clientIdOf, readRequest } from "./job_request.ts";
import type { OldRow } from "./old_tables.ts";
import type { Places } from "./places.ts";
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
  "created_at",
  "updated_at",
] as const;

/** What reading a job needs besides its rows. */
export interface JobContext {
  readonly owner: string;
  readonly places: Places;
  readonly sceneBounds: SceneBounds;
  readonly brandOf: (owner: string, clientId: string) => Record<string, unknown> | null;
  /** An asset that was brought over, if it was. */
  readonly assetOf: (owner: string, assetId: string) => KnownAsset | undefined;
}

/**
 * A job of the old file, as the commands that would have led to it here.
 *
 * @param sceneRows in the order of their numbers
 * @throws {NotImportable}
 */
export function readJob(row: OldRow, sceneRows: readonly OldRow[], context: JobContext): PlainItem {
  const { owner, places, sceneBounds, brandOf, assetOf } = context;
  const id = idOf(row.id);
  if (id === null) throw new NotImportable("its id cannot be used");
  const clientId = clientIdOf(row);
  const { place, notes } = places.placeOf(owner, { client_id: clientId, campaign_id: campaignIdOf(row) });
  const { request, specs, assetIds, roles, notes: more } = readRequest(row, place.campaignId);
  const storyboard = readScenes(sceneRows, specs.duration);

  const wanted = [...new Set([...assetIds, ...(storyboard?.assetIds ?? [])])];
  const known = wanted.flatMap((assetId) => {
    const asset = assetOf(owner, assetId);
    return asset ? [{ assetId, facts: asset.facts, role: roles.get(assetId) ?? null }] : [];
  });
  const lost = wanted.length - known.length;
  const isKnown = new Set(known.map(({ assetId }) => assetId));
  const scenes = (storyboard?.scenes ?? []).map((scene) => ({
    ...scene,
    assets: scene.assets.filter((assetId) => isKnown.has(assetId)),
  }));

  const ending = endingOf({
    status: textOf(row.status)?.trim().toLowerCase() ?? "",
    isApproved: isTrue(row.approved),
    error: textOf(row.error_message),
    hasScenes: scenes.length > 0,
  });
  const events = decideAll(jobDecider, id, [
    {
      do: "create",
      job: {
        request,
        specs: { ...specs, duration: storyboard?.duration ?? specs.duration },
        assets: known.map(({ assetId, facts, role }) => ({ assetId, role, imported: false, ready: facts !== null })),
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
    ...ending.commands,
  ]);
  return {
    kind: "job",
    id,
    owner,
    stream: jobStream(id),
    times: timesOf(row.created_at, row.updated_at),
    notes: [
      ...notes,
      ...more,
      ...(clientId === null ? ["it names no client"] : []),
      ...(lost > 0 ? [`${lost} of its assets are not here`] : []),
      ...(storyboard?.notes ?? []),
      ...ending.notes,
    ],
    events,
  };
}
