/** The offline planner that writes an ad from the brief alone. @module */
export { createTemplatePlanner } from "./template_planner.ts";
