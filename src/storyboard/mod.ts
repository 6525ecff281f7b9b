/**
 * Storyboards: exact durations, scene schemas, and the planners behind one port. Independent of HTTP and the log.
 *
 * @module
 */
export * from "./brief.ts";
export { createPlanner, type PlannerConfig } from "./create_planner.ts";
export * from "./durations.ts";
export { acceptStoryboard } from "./finish_storyboard.ts";
export { languageOfBrief } from "./language.ts";
export * from "./planner.ts";
export * from "./scene_schema.ts";
export { languageWarnings, type SceneWarning, scriptWarnings } from "./script_warnings.ts";
export { createTemplatePlanner } from "./template/template_planner.ts";
export * from "./vocabulary.ts";
