import type { Static } from "@sinclair/typebox";
import { and, asc, count, eq, inArray, or, sql, sum } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { ClientOrCampaign } from "../core/client_scope.ts";
import type { Page, PageRequest } from "../core/paging.ts";
import { createPagedList, inClientScope, pageQuery, whereGiven } from "../database/mod.ts";
import { dollars } from "./requests/costs.ts";
import type { JobQuery } from "./requests/request_schema.ts";
import { jobAssets, jobScenes, jobs, jobTotals, scenesToRegenerate, spokenLines } from "./tables.ts";
import type { JobParts, JobRow, SceneRow } from "./view.ts";
import { BUSY_STATUSES, OPEN_STATUSES } from "./workflow.ts";

/** The filters of a list. */
export type JobFilter = Pick<Static<typeof JobQuery>, "client_id" | "campaign_id" | "status">;

/** The totals of the jobs of a client or campaign. */
export interface JobStats {
  readonly total: number;
  /** A status without jobs is absent. */
  readonly byStatus: Readonly<Record<string, number>>;
  readonly videos: number;
  /** US dollars */
  readonly cost: number;
}

/** The read queries of jobs. */
export interface JobQueries {
  find(owner: string, id: string): JobRow | undefined;
  /** Returns the owner of a job, for signed URLs, which do not name one. */
  ownerOf(id: string): string | undefined;
  parts(job: JobRow): JobParts;
  scenes(job: Pick<JobRow, "id">): readonly SceneRow[];
  /** Returns the parts of many jobs in the same order. */
  partsOf(rows: readonly JobRow[]): readonly JobParts[];
  list(owner: string, filter: JobFilter, page: PageRequest): Page<JobRow>;
  /** Returns the revision of a scene that is being regenerated; undefined when none is. */
  revisionInProgress(jobId: string, sceneId: string): number | undefined;
  /** Returns the open jobs that use an asset. */
  openJobsUsing(owner: string, assetId: string): readonly string[];
  /** Returns the open jobs of a client or campaign. */
  openJobsOf(owner: string, where: ClientOrCampaign): readonly string[];
  stats(owner: string, where: ClientOrCampaign): JobStats;
  /** Counts the jobs of an owner that workers are busy with; jobs that wait for users do not count. */
  inFlight(owner: string): number;
  /** Returns an owner's spoken line with this key. */
  spokenLine(owner: string, key: string): (typeof spokenLines.$inferSelect)["line"] | undefined;
  /** Returns the bytes of all videos of an owner. */
  videoBytes(owner: string): number;
}

/** Creates the query for the scenes of a job, in order; it reads no other table. */
export function createScenesQuery(read: BunSQLiteDatabase): (jobId: string) => SceneRow[] {
  const byJob = read
    .select()
    .from(jobScenes)
    .where(eq(jobScenes.jobId, sql.placeholder("jobId")))
    .prepare();
  // For a handful of rows SQLite's sorter would cost as much as reading them.
  return (jobId) => byJob.all({ jobId }).sort((a, b) => a.sceneNumber - b.sceneNumber);
}

/**
 * Creates the queries over the read tables.
 *
 * @param lostOf returns those of an owner's assets that can never become ready
 */
export function createJobQueries(
  read: BunSQLiteDatabase,
  lostOf: (owner: string, assetIds: readonly string[]) => readonly string[] = () => [],
): JobQueries {
  const byId = read
    .select()
    .from(jobs)
    .where(and(eq(jobs.owner, sql.placeholder("owner")), eq(jobs.id, sql.placeholder("id"))))
    .prepare();
  const ownerById = read
    .select({ owner: jobs.owner })
    .from(jobs)
    .where(eq(jobs.id, sql.placeholder("id")))
    .prepare();
  const scenesOf = createScenesQuery(read);
  const waitingByJob = read
    .select({ waiting: count() })
    .from(jobAssets)
    .where(and(eq(jobAssets.jobId, sql.placeholder("jobId")), eq(jobAssets.settled, false)))
    .prepare();
  const regeneratingByJob = read
    .select({ sceneId: scenesToRegenerate.sceneId })
    .from(scenesToRegenerate)
    .where(eq(scenesToRegenerate.jobId, sql.placeholder("jobId")))
    .limit(1)
    .prepare();

  const videoBytesByOwner = read
    .select({ total: sum(jobTotals.videoBytes) })
    .from(jobTotals)
    .where(eq(jobTotals.owner, sql.placeholder("owner")))
    .prepare();

  const filtered = createPagedList({
    rows(has) {
      const { owner, position, clientId, campaignId, status } = jobs;
      const where = whereGiven(has, { client_id: clientId, campaign_id: campaignId, status });
      return pageQuery(read.select().from(jobs).$dynamic(), { has, owner, position, where }).prepare();
    },
    total(has) {
      const { owner, clientId, campaignId, status } = jobTotals;
      const given = whereGiven(has, { client_id: clientId, campaign_id: campaignId, status });
      return read
        .select({ total: sum(jobTotals.count) })
        .from(jobTotals)
        .where(and(eq(owner, sql.placeholder("owner")), ...given))
        .prepare();
    },
  });

  /** The statuses whose progress depends on assets. */
  const counted: ReadonlySet<string> = new Set(["pending", "failed", "cancelled"]);

  function isRetryVain({ owner, status, failedStep, assets }: JobRow): boolean {
    if (status !== "failed" || failedStep !== "assets") return false;
    const ids = assets.map(({ assetId }) => assetId);
    return lostOf(owner, ids).length > 0;
  }

  function parts(job: JobRow): JobParts {
    const waiting = counted.has(job.status) ? (waitingByJob.get({ jobId: job.id })?.waiting ?? 0) : 0;
    const isRegenerating = job.status === "storyboard_ready" && regeneratingByJob.get({ jobId: job.id }) !== undefined;
    return { job, scenes: scenesOf(job.id), waiting, isRegenerating, isRetryVain: isRetryVain(job) };
  }

  return {
    find: (owner, id) => byId.get({ owner, id }),
    ownerOf: (id) => ownerById.get({ id })?.owner,
    parts,
    scenes: ({ id }) => scenesOf(id),
    partsOf(rows) {
      const ids = rows.map(({ id }) => id);
      const scenes = read
        .select()
        .from(jobScenes)
        .where(inArray(jobScenes.jobId, ids))
        .orderBy(asc(jobScenes.jobId), asc(jobScenes.sceneNumber))
        .all();
      const waiting = read
        .select({ jobId: jobAssets.jobId, waiting: count() })
        .from(jobAssets)
        .where(and(inArray(jobAssets.jobId, ids), eq(jobAssets.settled, false)))
        .groupBy(jobAssets.jobId)
        .all();
      const regenerating = read
        .selectDistinct({ jobId: scenesToRegenerate.jobId })
        .from(scenesToRegenerate)
        .where(inArray(scenesToRegenerate.jobId, ids))
        .all();
      const scenesByJobId = Map.groupBy(scenes, ({ jobId }) => jobId);
      const waitingOf = new Map(waiting.map((row) => [row.jobId, row.waiting]));
      const isRegenerating = new Set(regenerating.map(({ jobId }) => jobId));
      return rows.map((job) => ({
        job,
        scenes: scenesByJobId.get(job.id) ?? [],
        waiting: waitingOf.get(job.id) ?? 0,
        isRegenerating: isRegenerating.has(job.id),
        isRetryVain: isRetryVain(job),
      }));
    },
    list: (owner, { client_id, campaign_id, status }, page) =>
      filtered.page(owner, { client_id, campaign_id, status }, page),
    revisionInProgress(jobId, sceneId) {
      const { revision } = scenesToRegenerate;
      const ofScene = and(eq(scenesToRegenerate.jobId, jobId), eq(scenesToRegenerate.sceneId, sceneId));
      return read.select({ revision }).from(scenesToRegenerate).where(ofScene).get()?.revision;
    },
    openJobsUsing(owner, assetId) {
      // A retry of a job that failed at its assets imports them again: without one of them it could never succeed.
      const failedAtAssets = and(eq(jobs.status, "failed"), eq(jobs.failedStep, "assets"));
      const mayNeedAssets = or(inArray(jobs.status, [...OPEN_STATUSES]), failedAtAssets);
      return read
        .select({ id: jobs.id })
        .from(jobAssets)
        .innerJoin(jobs, eq(jobs.id, jobAssets.jobId))
        .where(and(eq(jobAssets.assetId, assetId), eq(jobs.owner, owner), mayNeedAssets))
        .all()
        .map(({ id }) => id);
    },
    openJobsOf(owner, where) {
      const open = inArray(jobs.status, [...OPEN_STATUSES]);
      return read
        .select({ id: jobs.id })
        .from(jobs)
        .where(and(eq(jobs.owner, owner), open, inClientScope(jobs, where)))
        .all()
        .map(({ id }) => id);
    },
    inFlight(owner) {
      const busy = inArray(jobTotals.status, [...BUSY_STATUSES]);
      const found = read
        .select({ total: sum(jobTotals.count) })
        .from(jobTotals)
        .where(and(eq(jobTotals.owner, owner), busy))
        .get();
      return Number(found?.total ?? 0);
    },
    spokenLine(owner, key) {
      const { line } = spokenLines;
      return read
        .select({ line })
        .from(spokenLines)
        .where(and(eq(spokenLines.owner, owner), eq(spokenLines.key, key)))
        .get()?.line;
    },
    videoBytes: (owner) => Number(videoBytesByOwner.get({ owner })?.total ?? 0),
    stats(owner, where) {
      const rows = read
        .select()
        .from(jobTotals)
        .where(and(eq(jobTotals.owner, owner), inClientScope(jobTotals, where)))
        .all();
      const byStatus: Record<string, number> = {};
      for (const { status, count } of rows) byStatus[status] = (byStatus[status] ?? 0) + count;
      return {
        total: rows.reduce((total, row) => total + row.count, 0),
        byStatus,
        videos: rows.reduce((videos, row) => videos + row.videos, 0),
        cost: dollars(rows.reduce((cost, row) => cost + row.cost, 0)),
      };
    },
  };
}
