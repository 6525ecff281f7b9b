import type { StoredScene } from "../jobs/mod.ts";
import { allocate, MIN_SCENE_TENTHS, mostScenes, sumOf } from "../storyboard/mod.ts";
import { NotImportable } from "./item.ts";
import { idsOf } from "./job_request.ts";
import type { OldRow } from "./old_tables.ts";
import { idOf, isObject, jsonOf, numberOf, textOf } from "./values.ts";

/** The columns of the old table that are read; older files lack some. */
export const SCENE_COLUMNS = [
  "id",
  "scene_number",
  "duration_seconds",
  "description",
  "script",
  "shot_type",
  "transition",
  "assets",
  "metadata",
] as const;

const BOUNDS = { min: 3, max: 180 };
const MAX_WORD_LENGTH = 60;

/** The scenes of an old job; their durations are in tenths and add up to a valid video. */
export interface OldStoryboard {
  readonly scenes: readonly StoredScene[];
  /** The assets that scenes use, once each. */
  readonly assetIds: readonly string[];
  /** The duration in seconds, with tenths. */
  readonly duration: number;
  readonly notes: readonly string[];
}

/**
 * Reads the storyboard of an old job; null when it has no scenes.
 *
 * @param rows in the order of their numbers
 * @param wanted the requested duration in seconds, for scenes without one
 * @throws {NotImportable}
 */
export function readScenes(rows: readonly OldRow[], wanted: number): OldStoryboard | null {
  if (rows.length === 0) return null;
  if (rows.length > mostScenes(BOUNDS.max)) throw new NotImportable(`it has ${rows.length} scenes`);
  const old = rows.map((row) => numberOf(row.duration_seconds));
  const durations = durationsOf(old, wanted);
  const same = durations.every((duration, index) => duration === old[index]);
  const ids = new Set<string>();
  const scenes = rows.map((row, index) => {
    const assets = [...new Set(idsOf(jsonOf(row.assets).value))];
    const { value: metadata } = jsonOf(row.metadata);
    return {
      sceneId: uniqueId(row.id, index + 1, ids),
      duration: durations[index] ?? MIN_SCENE_TENTHS / 10,
      description: textOf(row.description) ?? textOf(row.script) ?? `Scene ${index + 1}`,
      script: textOf(row.script) ?? "",
      shotType: wordOf(row.shot_type) ?? "medium",
      transition: wordOf(row.transition) ?? "cut",
      assets,
      metadata: isObject(metadata) ? metadata : {},
    };
  });
  return {
    scenes,
    assetIds: [...new Set(scenes.flatMap(({ assets }) => assets))],
    duration: sumOf(durations),
    notes: same ? [] : ["the durations of its scenes were rounded or redistributed"],
  };
}

/** Rounds durations to tenths; redistributes them when one is missing or the sum is not valid for a video. */
function durationsOf(old: readonly (number | null)[], wanted: number): number[] {
  const tenths = old.map((seconds) => Math.max(MIN_SCENE_TENTHS, Math.round((seconds ?? 0) * 10)));
  const total = tenths.reduce((sum, each) => sum + each, 0) / 10;
  const isWhole = old.every((seconds) => seconds !== null && seconds > 0);
  if (isWhole && total >= BOUNDS.min && total <= BOUNDS.max) return tenths.map((each) => each / 10);
  const least = (old.length * MIN_SCENE_TENTHS) / 10;
  const target = isWhole ? Math.min(BOUNDS.max, Math.max(BOUNDS.min, total)) : wanted;
  return allocate(
    old.map((seconds) => seconds ?? 0),
    Math.max(target, least),
  );
}

/** Returns a unique scene id that is not a bare number, which a path would read as the scene's number. */
function uniqueId(value: unknown, number: number, taken: Set<string>): string {
  const old = idOf(value);
  const wanted = old === null || /^\d+$/.test(old) ? `scene-${old ?? `of-${number}`}` : old;
  const id = taken.has(wanted) ? `${wanted.slice(0, 180)}-of-${number}` : wanted;
  taken.add(id);
  return id;
}

function wordOf(value: unknown): string | null {
  return textOf(value)?.trim().slice(0, MAX_WORD_LENGTH).toWellFormed() ?? null;
}
