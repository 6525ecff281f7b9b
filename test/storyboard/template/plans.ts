import { type Brief, createTemplatePlanner, type PlannedScene } from "../../../src/storyboard/mod.ts";

/** The planner of the template. */
export const planner = createTemplatePlanner();
/** Of a plan that nobody cancels. */
export const { signal } = new AbortController();
/** The scenes of a brief. */
export const plan = async (given: Brief) => [...(await planner.plan(given, { signal })).scenes];
/** All that is said in the scenes. */
export const spoken = (scenes: readonly PlannedScene[]) => scenes.map(({ script }) => script).join(" ");
/** A scene in place of the first one, or of the one that the request names. */
export const regenerateScene = async (
  given: Brief,
  request: Partial<Parameters<typeof planner.regenerateScene>[1]> = {},
) => {
  const scenes = request.scenes ?? (await plan(given));
  return (await planner.regenerateScene(given, { scenes, index: 0, revision: 1, ...request }, { signal })).scene;
};
