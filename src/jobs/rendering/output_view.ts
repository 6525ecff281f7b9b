import { type Static, Type } from "@sinclair/typebox";
import { AnyErrorCode, Nullable, OneOf } from "../../core/schema_kit.ts";
import type { LinkTo } from "../../http/mod.ts";
import { PLATFORMS, RESOLUTIONS, VIDEO_FORMATS } from "../../media/mod.ts";
import { nameKey } from "../requests/production.ts";
import type { JobRow } from "../view.ts";

/** The status of one output of a job. */
const OUTPUT_STATUSES = ["pending", "rendering", "completed", "failed", "cancelled"] as const;

/** One video of a job in responses. */
export const JobOutput = Type.Object(
  {
    id: Type.String(),
    name: Type.String({ description: "Usable in place of the id in URLs." }),
    format: OneOf(VIDEO_FORMATS),
    resolution: OneOf(RESOLUTIONS),
    platform: OneOf(PLATFORMS),
    status: OneOf(OUTPUT_STATUSES),
    percentage: Type.Integer({ minimum: 0, maximum: 100, description: "The part of it that is rendered." }),
    videoUrl: Nullable(Type.String()),
    thumbnailUrl: Nullable(Type.String()),
    width: Nullable(Type.Integer({ description: "pixels" })),
    height: Nullable(Type.Integer({ description: "pixels" })),
    sizeBytes: Nullable(Type.Integer()),
    duration: Nullable(Type.Number({ description: "seconds" })),
    sha256: Nullable(Type.String()),
    error: Nullable(Type.Object({ code: AnyErrorCode, message: Type.String() })),
  },
  { title: "JobOutput", additionalProperties: false },
);

/** A video of a job with what is known of its rendering. */
export type OutputRow = JobRow["outputs"][number];

/** Returns the views of a job's outputs, in the order of the request. */
export function outputViews(job: JobRow, link: LinkTo): Static<typeof JobOutput>[] {
  return job.outputs.map((output) => {
    const { id, name, format, resolution, platform, fraction, video, error } = output;
    const path = `/api/v3/jobs/${job.id}/outputs/${id}`;
    return {
      id,
      name,
      format,
      resolution,
      platform,
      status: statusOf(output, job),
      // Only a stored video is at 100 %.
      percentage: video ? 100 : Math.min(99, Math.floor(fraction * 100)),
      videoUrl: video ? link(`${path}/video`) : null,
      thumbnailUrl: video?.thumbnail ? link(`${path}/thumbnail`) : null,
      width: video?.width ?? null,
      height: video?.height ?? null,
      sizeBytes: video?.sizeBytes ?? null,
      duration: video?.duration ?? null,
      sha256: video?.sha256 ?? null,
      error,
    };
  });
}

/** Finds an output by its id or its name, whatever its case. */
export function findOutput({ outputs }: JobRow, idOrName: string): OutputRow | undefined {
  return outputs.find(({ id }) => id === idOrName) ?? outputs.find(({ name }) => nameKey(name) === nameKey(idOrName));
}

function statusOf({ video, error }: OutputRow, job: JobRow): (typeof OUTPUT_STATUSES)[number] {
  if (video) return "completed";
  if (error) return "failed";
  if (job.status === "failed" || job.status === "cancelled") return job.status;
  return job.status === "video_processing" && job.renderStartedAt !== null ? "rendering" : "pending";
}
