import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { AppError } from "../../core/errors.ts";
import { found, notFound } from "../../core/not_found.ts";
import { type BytesContext, BytesQuery, createSendBytes, operation, type ServedBytes } from "../../http/mod.ts";
import { MEDIA_TYPES, THUMBNAIL_CONTENT_TYPE, VIDEO_CONTENT_TYPE } from "../../media/mod.ts";
import type { JobRoutesDeps } from "../routes_deps.ts";
import type { JobRow } from "../view.ts";
import { findOutput, type OutputRow } from "./output_view.ts";

const JobParams = Type.Object({ id: Type.String() });
const OutputParams = Type.Object({
  id: Type.String(),
  output: Type.String({ description: "An output's id or name." }),
});
const WAV = MEDIA_TYPES.wav.contentType;
const SRT = "application/x-subrip";
const VTT = "text/vtt; charset=utf-8";

/** A content of a job that its events name. */
type Content = Pick<ServedBytes, "sha256" | "sizeBytes">;

/** Creates the routes of a job's videos, thumbnails, captions and stems. */
export function mediaRoutes(deps: JobRoutesDeps) {
  const { http, queries } = deps;
  const send = createSendBytes(deps);

  /** Sends a content of a job; `describe` returns null when the job has none yet. */
  function sendOf(
    context: BytesContext & { readonly params: { readonly id: string } },
    path: string,
    describe: Describe,
  ) {
    const { id } = context.params;
    return send(context, `jobs/${id}/${path}`, () => {
      const job = found(queries.find(context.identity.owner, id), "job");
      const { what, content, contentType, extension } = describe(job);
      if (!content) throw new AppError("not_found", `Cannot send the ${what} of this job: it has no ${what} yet`);
      const { sha256, sizeBytes } = content;
      const filename = `${job.request.adBasics.product} ${what}`;
      const lastModified = new Date(job.updatedAt);
      const type = { contentType, ...(extension === undefined ? {} : { extension }) };
      return { sha256, sizeBytes, ...type, filename, lastModified, inline: true };
    });
  }

  return new Elysia({ normalize: false, tags: ["Jobs"] })
    .use(http)
    .get("/:id/video", (context) => sendOf(context, "video", ({ outputs: [first] }) => videoOf("video", first)), {
      params: JobParams,
      query: BytesQuery,
      detail: operation("getJobVideo", "The MP4 of the first output, with ranges and preconditions", {
        bytes: [VIDEO_CONTENT_TYPE],
      }),
    })
    .get(
      "/:id/thumbnail",
      (context) => sendOf(context, "thumbnail", ({ outputs: [first] }) => thumbnailOf("thumbnail", first)),
      {
        params: JobParams,
        query: BytesQuery,
        detail: operation("getJobThumbnail", "A small picture of the video", { bytes: [THUMBNAIL_CONTENT_TYPE] }),
      },
    )
    .get(
      "/:id/outputs/:output/video",
      (context) => {
        const { output } = context.params;
        return sendOf(context, `outputs/${output}/video`, (job) => {
          const row = outputOf(job, output);
          return videoOf(`${row.name} video`, row);
        });
      },
      {
        params: OutputParams,
        query: BytesQuery,
        detail: operation("getJobOutputVideo", "The MP4 of one output, with ranges and preconditions", {
          bytes: [VIDEO_CONTENT_TYPE],
        }),
      },
    )
    .get(
      "/:id/outputs/:output/thumbnail",
      (context) => {
        const { output } = context.params;
        return sendOf(context, `outputs/${output}/thumbnail`, (job) => {
          const row = outputOf(job, output);
          return thumbnailOf(`${row.name} thumbnail`, row);
        });
      },
      {
        params: OutputParams,
        query: BytesQuery,
        detail: operation("getJobOutputThumbnail", "A small picture of one output's video", {
          bytes: [THUMBNAIL_CONTENT_TYPE],
        }),
      },
    )
    .get("/:id/captions.srt", (context) => sendOf(context, "captions.srt", captionsOf("srt", SRT)), {
      params: JobParams,
      query: BytesQuery,
      detail: operation("getJobCaptionsSrt", "The captions as SubRip", { bytes: [SRT] }),
    })
    .get("/:id/captions.vtt", (context) => sendOf(context, "captions.vtt", captionsOf("vtt", VTT)), {
      params: JobParams,
      query: BytesQuery,
      detail: operation("getJobCaptionsVtt", "The captions as WebVTT", { bytes: ["text/vtt"] }),
    })
    .get("/:id/audio/voice.wav", (context) => sendOf(context, "audio/voice.wav", stemOf("voice")), {
      params: JobParams,
      query: BytesQuery,
      detail: operation("getJobVoice", "The voice alone, as long as the video", { bytes: [WAV] }),
    })
    .get("/:id/audio/music.wav", (context) => sendOf(context, "audio/music.wav", stemOf("music")), {
      params: JobParams,
      query: BytesQuery,
      detail: operation("getJobMusic", "The music alone, as long as the video", { bytes: [WAV] }),
    })
    .get("/:id/audio/mix.wav", (context) => sendOf(context, "audio/mix.wav", stemOf("mix")), {
      params: JobParams,
      query: BytesQuery,
      detail: operation("getJobMix", "The sound of the video", { bytes: [WAV] }),
    });
}

/** A description of a content: its name for people, and null while the job has none. */
type Described = { readonly what: string; readonly content: Content | null } & Pick<
  ServedBytes,
  "contentType" | "extension"
>;
type Describe = (job: JobRow) => Described;

function outputOf(job: JobRow, idOrName: string): OutputRow {
  const output = findOutput(job, idOrName);
  if (!output) throw notFound("output", "the job has no output with this id or name");
  return output;
}

function videoOf(what: string, output: OutputRow | undefined): Described {
  return { what, content: output?.video ?? null, contentType: output?.video?.contentType ?? VIDEO_CONTENT_TYPE };
}

function thumbnailOf(what: string, output: OutputRow | undefined): Described {
  const content = output?.video?.thumbnail ?? null;
  return { what, content, contentType: content?.contentType ?? THUMBNAIL_CONTENT_TYPE };
}

function captionsOf(extension: "srt" | "vtt", contentType: string): Describe {
  return ({ sound }) => ({ what: "captions", content: sound?.[extension] ?? null, contentType, extension });
}

function stemOf(what: "voice" | "music" | "mix"): Describe {
  return ({ sound }) => ({ what, content: sound?.[what] ?? null, contentType: WAV });
}
