import { Type } from "@sinclair/typebox";
import { invalid } from "../core/validation_errors.ts";
import type { ReadOptions, RecordedEvent } from "../event_log/mod.ts";

/** The filters of GET `/events`. */
export const FilterQuery = {
  type: Type.Optional(
    Type.String({
      maxLength: 1_000,
      description: "Only events of these types, separated by commas.",
      examples: ["JobCompleted,JobFailed"],
    }),
  ),
  stream: Type.Optional(
    Type.String({
      maxLength: 10_000,
      description: "Only events of these streams (`job-<id>`, `asset-<id>` …), at most 50, separated by commas.",
      examples: ["job-019390f0-7c1e-7000-8000-000000000003"],
    }),
  ),
};

/** The filter of a stream. */
export interface Filter {
  readonly passes: (event: RecordedEvent) => boolean;
  /** The part of the filter that the log can find by an index. */
  readonly among: Pick<ReadOptions, "streams" | "types">;
}

const MAX_STREAMS = 50;

/**
 * Reads the filters.
 *
 * @param declared every event type
 * @throws {AppError} `validation_failed` for a type that does not exist, or a text that cannot be the name of a stream
 */
export function filterOf(
  { type, stream }: { readonly type?: string | undefined; readonly stream?: string | undefined },
  declared: ReadonlySet<string>,
): Filter {
  const types = type?.split(",").map((name) => name.trim());
  const streams = stream?.split(",").map((name) => name.trim());
  const unknown = types?.find((name) => !declared.has(name));
  if (unknown !== undefined) refuse("type", "must be types of events, separated by commas");
  if (streams?.some((name) => !/^[a-z_]+-[\x21-\x2b\x2d-\x7e]{1,250}$/.test(name))) {
    refuse("stream", "must be names of streams such as job-<id>, separated by commas");
  }
  if (streams && streams.length > MAX_STREAMS) refuse("stream", `must be at most ${MAX_STREAMS} streams`);
  const typeSet = types && new Set(types);
  const streamSet = streams && new Set(streams);
  return {
    passes: (event) => (typeSet?.has(event.type) ?? true) && (streamSet?.has(event.stream) ?? true),
    among: { ...(streamSet ? { streams: [...streamSet] } : {}), ...(typeSet ? { types: [...typeSet] } : {}) },
  };
}

function refuse(path: string, message: string): never {
  throw invalid([{ path, message }]);
}
