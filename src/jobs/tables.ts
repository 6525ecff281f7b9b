import type { Static } from "@sinclair/typebox";
import { type SQL, sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { causationColumns } from "../event_log/work/causation.ts";
import type { JobCreated, JobStep, VideoRendered } from "./events.ts";
import type { JobStatus } from "./workflow.ts";

type Created = Static<typeof JobCreated.schema>;
type Video = Static<typeof VideoRendered.schema>;

/** What a list and a GET of jobs read. */
export const jobs = sqliteTable(
  "jobs",
  {
    id: text().primaryKey(),
    owner: text().notNull(),
    /** Where the log has its `JobCreated`: the order of lists. */
    position: integer().notNull(),
    /** The version of the stream's last event: the ETag. */
    version: integer().notNull(),
    clientId: text("client_id").notNull(),
    campaignId: text("campaign_id"),
    status: text().$type<JobStatus>().notNull(),
    request: text({ mode: "json" }).$type<Created["request"]>().notNull(),
    specs: text({ mode: "json" }).$type<Created["specs"]>().notNull(),
    assets: text({ mode: "json" }).$type<Created["assets"]>().notNull(),
    estimatedCost: real("estimated_cost").notNull(),
    /** US dollars spent so far, from the events; null until something was. */
    actualCost: real("actual_cost"),
    failedStep: text("failed_step").$type<JobStep>(),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    errorAssetId: text("error_asset_id"),
    renderStartedAt: text("render_started_at"),
    renderFraction: real("render_fraction"),
    renderNotedAt: text("render_noted_at"),
    video: text({ mode: "json" }).$type<Video>(),
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
    /** From 1, without gaps. */
    sceneNumber: integer("scene_number").notNull(),
    /** seconds, in tenths */
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

/** Which job uses which asset. */
export const jobAssets = sqliteTable(
  "job_assets",
  {
    assetId: text("asset_id").notNull(),
    jobId: text("job_id").notNull(),
    /** Whether the asset is ready or failed, as far as the job has to wait for it. */
    settled: integer({ mode: "boolean" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.assetId, table.jobId] }), index("job_assets_by_job").on(table.jobId)],
);

/** How many jobs there are of each kind, and what they cost. '' is no campaign. */
export const jobTotals = sqliteTable(
  "job_totals",
  {
    owner: text().notNull(),
    clientId: text("client_id").notNull(),
    campaignId: text("campaign_id").notNull(),
    status: text().$type<JobStatus>().notNull(),
    count: integer().notNull(),
    videos: integer().notNull(),
    /** Of those videos, without their thumbnails. */
    videoBytes: integer("video_bytes").notNull().default(0),
    cost: real().notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.clientId, table.campaignId, table.status] })],
);

/** Of {@linkcode jobsAwaitingAssets}: the wait is over. As text, or SQLite would not see that it is the index's own. */
export const AWAITED_ARE_SETTLED: SQL = sql.raw("waiting <= 0 OR failed");

/** Jobs that wait for assets. */
export const jobsAwaitingAssets = sqliteTable(
  "jobs_awaiting_assets",
  {
    jobId: text("job_id").primaryKey(),
    position: integer().notNull(),
    /** How many assets are not settled yet. */
    waiting: integer().notNull(),
    /** One asset has failed, and so will the job. */
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

/** Scenes to plan anew. */
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
