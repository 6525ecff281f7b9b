import { jobEvents } from "./events.ts";
import { jobEventDescriptions } from "./history/event_descriptions.ts";
import { jobsProjection } from "./projection.ts";
import { scenesProjection } from "./scenes/scenes_projection.ts";

/** The events of jobs, their descriptions and their projections. */
export const jobSlice = {
  streamKind: "job",
  events: jobEvents,
  descriptions: jobEventDescriptions,
  projections: [jobsProjection, scenesProjection],
};
