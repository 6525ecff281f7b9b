import { secondsNeeded } from "./fit_durations.ts";
import type { PlannedScene } from "./scene_schema.ts";

/** A warning about one scene of a storyboard, for the people who approve it. */
export interface SceneWarning {
  /** 1 for the first scene. */
  readonly sceneNumber: number;
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
