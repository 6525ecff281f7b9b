import { AppError } from "../core/errors.ts";
import { lowerFirst } from "../core/lower_first.ts";
import type { Brief } from "./brief.ts";
import { allocate, DEFAULT_BOUNDS, isInTenths, mostScenes, sumOf, toTenths } from "./durations.ts";
import { fitDurations, secondsNeeded } from "./fit_durations.ts";
import type { ForbiddenWords } from "./forbidden_words.ts";
import { languageOfBrief } from "./language.ts";
import { type PlaceableScene, placeAssets } from "./place_assets.ts";
import type { RegenerationRequest } from "./planner.ts";
import { forbiddenIn } from "./restrictions.ts";
import { type ModelScene, type PlannedScene, type StoredStoryboard, TEXT_LIMITS } from "./scene_schema.ts";
import { clip, essence, tidy } from "./text.ts";
import { shotTypeOf, transitionOf } from "./vocabulary.ts";

/** Returns the allowed number of scenes: the brief's bounds, with at least half a second per scene. */
export function countLimits({ bounds = DEFAULT_BOUNDS, duration }: Brief): { min: number; max: number } {
  const max = Math.min(bounds.max, mostScenes(duration));
  return { min: Math.min(bounds.min, max), max };
}

/** Describes a number of scenes outside the limits; empty when it is within them. */
export function countProblems(scenes: readonly ModelScene[], brief: Brief): string[] {
  const { min, max } = countLimits(brief);
  if (scenes.length >= min && scenes.length <= max) return [];
  return [`/scenes: there are ${scenes.length} scenes, there must be ${min} to ${max}`];
}

/** Lists the scripts and descriptions that contain a forbidden word. */
export function wordProblems(scenes: readonly ModelScene[], brief: Brief): string[] {
  const forbidden = forbiddenIn(brief);
  return scenes.flatMap(({ script, description }, index) => [
    ...(forbidden.isIn(script) ? [`/scenes/${index}/script: contains a forbidden word`] : []),
    ...(forbidden.isIn(description) ? [`/scenes/${index}/description: contains a forbidden word`] : []),
  ]);
}

/** Returns the language of a brief's scripts: the given one, or the recognised one. */
export function scriptLanguage({ language, adBasics }: Brief): string | null {
  return language ?? languageOfBrief(adBasics);
}

/** Lists the scripts of a finished storyboard that a voice cannot speak within their scenes. */
export function speechProblems(finished: readonly PlannedScene[], brief: Brief): string[] {
  if (!brief.generateAudio) return [];
  const language = scriptLanguage(brief);
  const action = essence(brief.adBasics.callToAction);
  return finished.flatMap(({ script, duration }, index) => {
    const seconds = secondsNeeded(script, language);
    if (seconds <= duration || essence(script) === action) return [];
    const share = Math.ceil((1 - duration / seconds) * 100);
    const takes = `takes ${seconds.toFixed(1)} s to speak, and its scene lasts ${duration} s`;
    return [`/scenes/${index}/script: ${takes}; make it ${share} % shorter`];
  });
}

/**
 * Makes a valid storyboard from an answer whose scene count is in bounds: durations add up exactly and fit the scripts
 * where possible, shots, transitions and assets are known, every asset is used, no forbidden word remains, and the last
 * scene has the call to action.
 */
export function finishStoryboard(
  scenes: readonly ((ModelScene & PlaceableScene) | ModelScene)[],
  brief: Brief,
): PlannedScene[] {
  const assets = placeAssets(
    scenes.map((scene) => ({ ...scene, assets: scene.assets ?? [] })),
    brief.assets,
  );
  const forbidden = forbiddenIn(brief);
  const worded = scenes.map((scene, index) => ({
    ...words(scene, forbidden),
    ...(index === scenes.length - 1 ? { script: withCallToAction(scene.script, brief, forbidden) } : {}),
  }));
  const allocated = allocate(
    scenes.map(({ duration }) => duration),
    brief.duration,
  );
  const language = scriptLanguage(brief);
  const needed = worded.map(({ script }) => secondsNeeded(script, language));
  const durations = fitDurations(allocated, needed);
  return worded.map((scene, index) => ({ ...scene, duration: durations[index] ?? 0, assets: assets[index] ?? [] }));
}

/**
 * Makes a valid replacement for `request.scenes[request.index]`, with the requested duration, the required assets, and
 * the replaced scene's assets that no other scene uses.
 */
export function finishScene(scene: ModelScene, brief: Brief, request: RegenerationRequest): PlannedScene {
  const { scenes, index, constraints } = request;
  const replaced = scenes[index];
  if (!replaced) throw new AppError("not_found", `Cannot plan scene ${index + 1}: there are ${scenes.length} scenes`);
  const forbidden = forbiddenIn(brief, request.feedback ? [request.feedback] : []);
  const elsewhere = new Set(scenes.flatMap((other, at) => (at === index ? [] : other.assets)));
  const known = new Set(brief.assets.map(({ id }) => id));
  const orphans = replaced.assets.filter((id) => !elsewhere.has(id));
  const assets = [...(constraints?.mustIncludeAssets ?? []), ...(scene.assets ?? []), ...orphans];
  return {
    ...words(scene, forbidden),
    ...(index === scenes.length - 1 ? { script: withCallToAction(scene.script, brief, forbidden) } : {}),
    duration: constraints?.duration ?? replaced.duration,
    assets: [...new Set(assets)].filter((id) => known.has(id)),
  };
}

/**
 * Accepts a storyboard from a request word for word, and places the assets that it does not use.
 *
 * @throws {AppError} `validation_failed` with one detail per field for a count out of bounds, an asset that is not in
 *   the brief, or durations that do not add up to the video's
 */
export function acceptStoryboard({ scenes }: StoredStoryboard, brief: Brief): PlannedScene[] {
  const { min, max } = countLimits(brief);
  const known = new Set(brief.assets.map(({ id }) => id));
  const details: { path: string; message: string }[] = [];
  if (scenes.length < min || scenes.length > max) {
    details.push({ path: "creative.storyboard.scenes", message: `must have ${min} to ${max} scenes` });
  }
  scenes.forEach((scene, index) => {
    const path = `creative.storyboard.scenes.${index}`;
    if (!isInTenths(scene.duration)) {
      details.push({ path: `${path}.duration`, message: "must be a whole number of tenths of a second" });
    }
    for (const id of scene.assets ?? []) {
      if (!known.has(id))
        details.push({ path: `${path}.assets`, message: `Asset ${clip(id, 60)} is not in the brief` });
    }
  });
  if (details.length === 0) {
    const total = sumOf(scenes.map(({ duration }) => duration));
    if (toTenths(total) !== toTenths(brief.duration)) {
      const message = `Durations add up to ${total} s, the video lasts ${brief.duration} s`;
      details.push({ path: "creative.storyboard.scenes", message });
    }
  }
  if (details.length > 0) {
    const why = lowerFirst(details[0]?.message ?? "it is invalid");
    throw new AppError("validation_failed", `Cannot use the given storyboard: ${why}`, details);
  }
  const assets = placeAssets(
    scenes.map((scene) => ({ ...scene, assets: scene.assets ?? [] })),
    brief.assets,
  );
  return scenes.map((scene, index) => ({ ...scene, assets: assets[index] ?? [] }));
}

function words(scene: ModelScene, forbidden: ForbiddenWords) {
  const description = clip(forbidden.removeFrom(tidy(scene.description)), TEXT_LIMITS.description);
  const metadata = scene.metadata && JSON.stringify(scene.metadata).length <= 4096 ? scene.metadata : undefined;
  return {
    description: description || "The product, plainly lit.",
    script: clip(forbidden.removeFrom(tidy(scene.script)), TEXT_LIMITS.script),
    shotType: shotTypeOf(scene.shotType),
    transition: transitionOf(scene.transition),
    ...(metadata ? { metadata } : {}),
  };
}

function withCallToAction(script: string, { adBasics }: Brief, forbidden: ForbiddenWords): string {
  const said = forbidden.removeFrom(tidy(script));
  const action = clip(forbidden.removeFrom(tidy(adBasics.callToAction)), TEXT_LIMITS.script);
  if (essence(action) === "" || essence(said).includes(essence(action))) return clip(said, TEXT_LIMITS.script);
  // The call to action stays whole; the rest is cut to fit.
  const room = TEXT_LIMITS.script - action.length - 1;
  return said === "" || room < 2 ? action : `${clip(said, room)} ${action}`;
}
