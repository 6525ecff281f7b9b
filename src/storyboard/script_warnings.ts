import type { Brief } from "./brief.ts";
import { secondsNeeded } from "./fit_durations.ts";
import { languageOfBrief, recogniseLanguage } from "./language.ts";
import type { PlannedScene } from "./scene_schema.ts";

/** A warning about a storyboard, for the people who approve it. */
export interface SceneWarning {
  /** 1 for the first scene; null for all scenes. */
  readonly sceneNumber: number | null;
  readonly message: string;
}

/** Seconds of an overrun that nobody hears, and that lie within the error of the estimate. */
const TOLERANCE = 0.1;

/**
 * Warns about scripts that take longer to speak than their scenes last, even at the highest speed.
 *
 * @param language BCP 47 of the scripts; null when it is unknown
 */
export function scriptWarnings(
  scenes: readonly Pick<PlannedScene, "script" | "duration">[],
  language: string | null,
): SceneWarning[] {
  return scenes.flatMap(({ script, duration }, index) => {
    const over = secondsNeeded(script, language) - duration;
    if (over <= TOLERANCE) return [];
    const words = script.split(/\s+/u).length;
    const most = Math.floor((words * duration) / (duration + over));
    const shorten =
      words > 3 && most > 0 ? `Shorten it to about ${most} ${most === 1 ? "word" : "words"}` : "Shorten it";
    const message = `The script is about ${over.toFixed(1)} s too long for its scene of ${duration} s, even spoken at 1.3 times the usual speed. ${shorten}, or give the scene ${(Math.ceil((duration + over) * 10) / 10).toFixed(1)} s.`;
    return [{ sceneNumber: index + 1, message }];
  });
}

/** Languages that a detector takes for each other in short texts. */
const CLOSE: readonly ReadonlySet<string>[] = ["da no nb nn", "id ms", "hr sr bs sh", "cs sk"].map(
  (tags) => new Set(tags.split(" ")),
);

/**
 * Warns about scripts in the language of a brief where another language was requested: the template does not translate.
 *
 * @param wanted BCP 47
 */
export function languageWarnings(
  scenes: readonly Pick<PlannedScene, "script">[],
  { wanted, adBasics }: { readonly wanted: string; readonly adBasics: Brief["adBasics"] },
): SceneWarning[] {
  const [code = ""] = wanted.toLowerCase().split("-");
  const written = recogniseLanguage(scenes.map(({ script }) => script).join(" "));
  if (written === null || written === code || written !== languageOfBrief(adBasics)) return [];
  if (CLOSE.some((group) => group.has(code) && group.has(written))) return [];
  const message = `The scripts are in the language of the brief, '${written}', and not in '${wanted}', because they were not translated. Edit the scripts, or write the brief in '${wanted}'.`;
  return [{ sceneNumber: null, message }];
}
