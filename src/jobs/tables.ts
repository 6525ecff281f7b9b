import type { Static } from "@sinclair/typebox";
import { type SQL, sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { ErrorCode } from "../core/errors.ts";
import { causationColumns } from "../event_log/mod.ts";
import type { JobCreated, JobStep, LineSpoken, Production, SoundMixed, VideoOutput, VideoRendered } from "./events.ts";
import type { JobStatus } from "./workflow.ts";

type Created = Static<typeof JobCreated.schema>;
type Video = Static<typeof VideoRendered.schema>;
type Sound = Static<typeof SoundMixed.schema>;
type Line = Static<typeof LineSpoken.schema>;

/** An output with what is known of its rendering. */
interface Output extends VideoOutput {
  /** The part that is rendered, from 0 to 1. */
  readonly fraction: number;
  readonly video: Video | null;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
}

/** The read table of jobs. */
export const jobs = sqliteTable(
  "jobs",
  {
    id: text().primaryKey(),
    owner: text().notNull(),
    /** The position of `JobCreated`: the order of lists. */
    position: integer().notNull(),
    /** The version of the stream's last event: the ETag. */
    version: integer().notNull(),
    clientId: text("client_id").notNull(),
    campaignId: text("campaign_id"),
    status: text().$type<JobStatus>().notNull(),
    request: text({ mode: "json" }).$type<Created["request"]>().notNull(),
    specs: text({ mode: "json" }).$type<Created["specs"]>().notNull(),
    production: text({ mode: "json" }).$type<Production>().notNull(),
    assets: text({ mode: "json" }).$type<Created["assets"]>().notNull(),
    estimatedCost: real("estimated_cost").notNull(),
    /** US dollars spent so far; null before the first cost. */
    actualCost: real("actual_cost"),
    failedStep: text("failed_step").$type<JobStep>(),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    errorAssetId: text("error_asset_id"),
    renderStartedAt: text("render_started_at"),
    renderFraction: real("render_fraction"),
    renderNotedAt: text("render_noted_at"),
    /** True while the scripts are spoken. */
    isSpeaking: integer("is_speaking", { mode: "boolean" }).notNull(),
    sound: text({ mode: "json" }).$type<Sound>(),
    /** Every output, in the order of the request. */
    outputs: text({ mode: "json" }).$type<readonly Output[]>().notNull(),
    /** The bytes of its spoken lines, sounds, captions and videos, without thumbnails. */
    mediaBytes: integer("media_bytes").notNull(),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
  },
  (table) => [
    index("jobs_by_owner").on(table.owner, table.position),
    index("jobs_by_status").on(table.owner, table.status, table.position),
    index("jobs_by_client").on(table.owner, table.clientId, table.position),
    index("jobs_by_campaign").on(table.owner, table.campaignId, table.position),
  ],
);

/** The scenes of each storyboard. */
export const jobScenes = sqliteTable(
  "job_scenes",
  {
    jobId: text("job_id").notNull(),
    id: text().notNull(),
    /** The number of the scene, from 1, without gaps. */
    sceneNumber: integer("scene_number").notNull(),
    /** The duration in seconds, with tenths. */
    duration: real().notNull(),
    description: text().notNull(),
    script: text().notNull(),
    shotType: text("shot_type").notNull(),
    transition: text().notNull(),
    assets: text({ mode: "json" }).$type<string[]>().notNull(),
    metadata: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** The job's version when the scene last changed: the scene's ETag. */
    version: integer().notNull(),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.id] })],
);

/** The assets of each job. */
export const jobAssets = sqliteTable(
  "job_assets",
  {
    assetId: text("asset_id").notNull(),
    jobId: text("job_id").notNull(),
    /** True when the job need not wait for the asset: it is ready, failed or deleted. */
    settled: integer({ mode: "boolean" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.assetId, table.jobId] }), index("job_assets_by_job").on(table.jobId)],
);

/** The number of jobs and their cost by client, campaign and status; '' is no campaign. */
export const jobTotals = sqliteTable(
  "job_totals",
  {
    owner: text().notNull(),
    clientId: text("client_id").notNull(),
    campaignId: text("campaign_id").notNull(),
    status: text().$type<JobStatus>().notNull(),
    count: integer().notNull(),
    videos: integer().notNull(),
    /** The bytes of those videos, and of their sounds and captions, without thumbnails. */
    videoBytes: integer("video_bytes").notNull().default(0),
    cost: real().notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.clientId, table.campaignId, table.status] })],
);

/** The condition of {@linkcode jobsAwaitingAssets} whose wait is over. Literal SQL, so that SQLite uses the partial index. */
export const AWAITED_ARE_SETTLED: SQL = sql.raw("waiting <= 0 OR failed");

/** Jobs that wait for assets. */
export const jobsAwaitingAssets = sqliteTable(
  "jobs_awaiting_assets",
  {
    jobId: text("job_id").primaryKey(),
    position: integer().notNull(),
    /** The number of assets that are not settled yet. */
    waiting: integer().notNull(),
    /** True when an asset failed, so that the job fails too. */
    failed: integer({ mode: "boolean" }).notNull(),
    ...causationColumns(),
  },
  (table) => [index("jobs_awaiting_assets_turns").on(table.owner, table.position).where(AWAITED_ARE_SETTLED)],
);

/** Storyboards to plan. */
export const jobsToPlan = sqliteTable(
  "jobs_to_plan",
  {
    jobId: text("job_id").primaryKey(),
    position: integer().notNull(),
    plan: integer().notNull(),
    ...causationColumns(),
  },
  (table) => [index("jobs_to_plan_turns").on(table.owner, table.position)],
);

/** Scenes to regenerate. */
export const scenesToRegenerate = sqliteTable(
  "scenes_to_replan",
  {
    jobId: text("job_id").notNull(),
    sceneId: text("scene_id").notNull(),
    position: integer().notNull(),
    revision: integer().notNull(),
    ...causationColumns(),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.sceneId] }),
    index("scenes_to_replan_turns").on(table.owner, table.position),
  ],
);

/** Approved storyboards to speak. */
export const jobsToSpeak = sqliteTable(
  "jobs_to_speak",
  {
    jobId: text("job_id").primaryKey(),
    position: integer().notNull(),
    ...causationColumns(),
  },
  (table) => [index("jobs_to_speak_turns").on(table.owner, table.position)],
);

/** The spoken lines of each owner, which later lines with the same key reuse. */
export const spokenLines = sqliteTable(
  "spoken_lines",
  {
    owner: text().notNull(),
    key: text().notNull(),
    line: text({ mode: "json" }).$type<Line>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.key] })],
);

/** Approved storyboards to render. */
export const jobsToRender = sqliteTable(
  "jobs_to_render",
  {
    jobId: text("job_id").primaryKey(),
    position: integer().notNull(),
    ...causationColumns(),
  },
  (table) => [index("jobs_to_render_turns").on(table.owner, table.position)],
);
