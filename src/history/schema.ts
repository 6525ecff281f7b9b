import { Type } from "@sinclair/typebox";
import { Time } from "../core/schema_kit.ts";
import { eventExample } from "./examples.ts";

/** The schema of an event in histories and event streams. */
export const Event = Type.Object(
  {
    position: Type.Integer({ minimum: 1, description: "The order of all events; also the id in a stream of events." }),
    id: Type.String({ description: "UUIDv7" }),
    stream: Type.String({ description: "What it happened to: `job-<id>`, `asset-<id>` …" }),
    version: Type.Integer({ minimum: 1, description: "1, 2, 3 … within the stream." }),
    type: Type.String({ description: "Past tense." }),
    data: Type.Unknown({ description: "As the log has it, with the queries of source URLs left out." }),
    actor: Type.String({
      description: "Who did it: an API key's id, `local` on an open server, `system` for workers.",
    }),
    recordedAt: Time,
    sentence: Type.String({ description: "What happened, for people." }),
  },
  { title: "Event", additionalProperties: false, examples: [eventExample] },
);
