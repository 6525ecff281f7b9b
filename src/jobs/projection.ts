import { AssetDeleted, AssetFailed, AssetInspected, AssetRetried, assetIdOf } from "../assets/mod.ts";
import {
  causationOf,
  changedAtOf,
  createdAtOf,
  defineProjection,
  type RecordedEvent,
  type TableWriter,
  when,
} from "../event_log/mod.ts";
import {
  JobAssetsReady,
  JobCancelled,
  JobCompleted,
  JobCreated,
  JobFailed,
  JobRetried,
  type JobStep,
  jobIdOf,
  LineSpoken,
  RenderProgressed,
  RenderStarted,
  SceneDeleted,
  SceneRegenerated,
  SceneRegenerationFailed,
  SceneRegenerationRequested,
  ScenesGenerated,
  SceneUpdated,
  StoryboardApproved,
  StoryboardRegenerationRequested,
  StoryboardRejected,
  VideoRendered,
  VoiceRecorded,
} from "./events.ts";
import { STATUS_OF_STEP } from "./state.ts";
import {
  jobAssets,
  jobs,
  jobsAwaitingAssets,
  jobsToPlan,
  jobsToRender,
  jobsToSpeak,
  jobTotals,
  spokenLines,
} from "./tables.ts";

type JobRow = typeof jobs.$inferSelect;

/** The read tables of jobs and the todo tables of their workers. */
export const jobsProjection = defineProjection("jobs", 5, {
  tables: [jobs, jobTotals, jobAssets, jobsAwaitingAssets, jobsToPlan, jobsToSpeak, jobsToRender, spokenLines],
  on: [
    when(JobCreated, (rows, event) => {
      const { request, specs, assets, estimatedCost } = event.data;
      const job: JobRow = {
        id: jobIdOf(event),
        owner: event.metadata.owner,
        position: event.position,
        version: event.version,
        clientId: request.context.clientId,
        campaignId: request.context.campaignId ?? null,
        status: "pending",
        request,
        specs,
        assets,
        estimatedCost,
        actualCost: null,
        failedStep: null,
        errorCode: null,
        errorMessage: null,
        errorAssetId: null,
        renderStartedAt: null,
        renderFraction: null,
        renderNotedAt: null,
        video: null,
        createdAt: createdAtOf(event),
        updatedAt: changedAtOf(event),
      };
      rows.insert(jobs, job);
      count(rows, job, 1);
      for (const { assetId, ready } of assets) rows.insert(jobAssets, { assetId, jobId: job.id, settled: ready });
      awaitAssets(rows, event, assets.filter(({ ready }) => !ready).length);
    }),
    when(AssetInspected, (rows, event) => settle(rows, event, { failed: false })),
    when(AssetFailed, (rows, event) => settle(rows, event, { failed: true })),
    when(AssetDeleted, (rows, event) => settle(rows, event, { failed: true })),
    when(AssetRetried, unsettle),
    when(JobAssetsReady, (rows, event) => {
      rows.delete(jobsAwaitingAssets, { jobId: jobIdOf(event) });
      change(rows, event, { status: "storyboard_processing" }, event.data.cost);
      plan(rows, event, 1);
    }),
    when(ScenesGenerated, (rows, event) => {
      rows.delete(jobsToPlan, { jobId: jobIdOf(event) });
      change(rows, event, { status: "storyboard_ready" }, event.data.usage?.cost ?? null);
    }),
    when(SceneUpdated, touch),
    when(SceneRegenerationRequested, touch),
    when(SceneRegenerationFailed, (rows, event) => change(rows, event, {}, event.data.usage?.cost ?? null)),
    when(SceneDeleted, touch),
    when(SceneRegenerated, (rows, event) => change(rows, event, {}, event.data.usage.cost)),
    when(StoryboardRejected, (rows, event) => {
      change(rows, event, { status: "storyboard_processing" });
      plan(rows, event, event.data.plan);
    }),
    when(StoryboardRegenerationRequested, (rows, event) => {
      change(rows, event, { status: "storyboard_processing" });
      plan(rows, event, event.data.plan);
    }),
    when(StoryboardApproved, (rows, event) => {
      change(rows, event, { status: "video_processing" });
      speakOrRender(rows, event);
    }),
    when(LineSpoken, (rows, event) => {
      const { owner } = event.metadata;
      rows.upsert(spokenLines, { owner, key: event.data.key, line: event.data });
      change(rows, event, {}, event.data.cost);
    }),
    when(VoiceRecorded, (rows, event) => {
      rows.delete(jobsToSpeak, { jobId: jobIdOf(event) });
      rows.upsert(jobsToRender, { jobId: jobIdOf(event), position: event.position, ...causationOf(event) });
      touch(rows, event);
    }),
    when(RenderStarted, (rows, event) => {
      const at = event.recordedAt;
      change(rows, event, { renderStartedAt: at, renderFraction: 0, renderNotedAt: at });
    }),
    when(RenderProgressed, (rows, event) => {
      change(rows, event, { renderFraction: event.data.fraction, renderNotedAt: event.recordedAt });
    }),
    when(VideoRendered, (rows, event) => change(rows, event, { video: event.data }, event.data.cost)),
    when(JobCompleted, (rows, event) => {
      end(rows, event);
      change(rows, event, { status: "completed" });
    }),
    when(JobFailed, (rows, event) => {
      const { step, code, message, assetId, usage } = event.data;
      end(rows, event);
      const error = { failedStep: step, errorCode: code, errorMessage: message, errorAssetId: assetId };
      change(rows, event, { status: "failed", ...error }, usage?.cost ?? null);
    }),
    when(JobRetried, (rows, event) => {
      const { step, waitingFor } = event.data;
      const noError = { failedStep: null, errorCode: null, errorMessage: null, errorAssetId: null };
      const noRender = { renderStartedAt: null, renderFraction: null, renderNotedAt: null };
      change(rows, event, { status: STATUS_OF_STEP[step], ...noError, ...noRender });
      begin(rows, event, { step, plan: event.data.plan, waitingFor });
    }),
    when(JobCancelled, (rows, event) => {
      end(rows, event);
      change(rows, event, { status: "cancelled" });
    }),
  ],
});

function touch(rows: TableWriter, event: RecordedEvent): void {
  change(rows, event, {});
}

/** Updates a job's row and the totals; `cost` is the amount that this event adds. */
function change(rows: TableWriter, event: RecordedEvent, changes: Partial<JobRow>, cost: number | null = null): void {
  const id = jobIdOf(event);
  const before = rows.find(jobs, { id });
  if (!before) return;
  const actualCost = cost === null ? before.actualCost : (before.actualCost ?? 0) + cost;
  const patch = { ...changes, actualCost, version: event.version, updatedAt: changedAtOf(event) };
  const after = { ...before, ...patch };
  rows.update(jobs, { id }, patch);
  if (before.status === after.status && cost === null && changes.video === undefined) return;
  count(rows, before, -1);
  count(rows, after, 1);
}

function count(rows: TableWriter, job: JobRow, by: 1 | -1): void {
  const { owner, clientId, campaignId, status } = job;
  const key = { owner, clientId, campaignId: campaignId ?? "", status };
  const total = rows.find(jobTotals, key) ?? { ...key, count: 0, videos: 0, videoBytes: 0, cost: 0 };
  const next = {
    ...key,
    count: total.count + by,
    videos: total.videos + by * (job.video ? 1 : 0),
    videoBytes: total.videoBytes + by * (job.video?.sizeBytes ?? 0),
    cost: total.cost + by * (job.actualCost ?? 0),
  };
  if (next.count === 0) rows.delete(jobTotals, key);
  else rows.upsert(jobTotals, next);
}

function awaitAssets(rows: TableWriter, event: RecordedEvent, waiting: number): void {
  const jobId = jobIdOf(event);
  rows.upsert(jobsAwaitingAssets, { jobId, position: event.position, waiting, failed: false, ...causationOf(event) });
}

function plan(rows: TableWriter, event: RecordedEvent, number: number): void {
  rows.upsert(jobsToPlan, { jobId: jobIdOf(event), position: event.position, plan: number, ...causationOf(event) });
}

/** Records for every job that waits for an asset that it is ready, failed or deleted. */
function settle(rows: TableWriter, event: RecordedEvent, { failed }: { failed: boolean }): void {
  const assetId = assetIdOf(event);
  for (const { jobId, settled } of rows.all(jobAssets, { assetId })) {
    const job = rows.find(jobsAwaitingAssets, { jobId });
    if (!job) continue;
    if (!settled) rows.update(jobAssets, { assetId, jobId }, { settled: true });
    const waiting = settled ? job.waiting : job.waiting - 1;
    rows.update(jobsAwaitingAssets, { jobId }, { waiting, failed: job.failed || failed });
  }
}

/** Records for every job that waits for a failed asset that it is imported again. */
function unsettle(rows: TableWriter, event: RecordedEvent): void {
  const assetId = assetIdOf(event);
  for (const { jobId, settled } of rows.all(jobAssets, { assetId })) {
    const job = rows.find(jobsAwaitingAssets, { jobId });
    if (!job || !settled) continue;
    rows.update(jobAssets, { assetId, jobId }, { settled: false });
    rows.update(jobsAwaitingAssets, { jobId }, { waiting: job.waiting + 1, failed: false });
  }
}

function begin(
  rows: TableWriter,
  event: RecordedEvent,
  { step, plan: number, waitingFor }: { step: JobStep; plan: number; waitingFor: readonly string[] },
): void {
  const jobId = jobIdOf(event);
  switch (step) {
    case "assets":
      for (const { assetId } of rows.all(jobAssets, { jobId })) {
        rows.update(jobAssets, { assetId, jobId }, { settled: !waitingFor.includes(assetId) });
      }
      awaitAssets(rows, event, waitingFor.length);
      return;
    case "planning":
      plan(rows, event, number);
      return;
    case "rendering":
      speakOrRender(rows, event);
  }
}

/** Requests the voice of an approved storyboard, else its video. A retry records the lines that are left. */
function speakOrRender(rows: TableWriter, event: RecordedEvent): void {
  const id = jobIdOf(event);
  const hasVoice = Boolean(rows.find(jobs, { id })?.request.creative.voice);
  const work = { jobId: id, position: event.position, ...causationOf(event) };
  if (hasVoice) rows.upsert(jobsToSpeak, work);
  else rows.upsert(jobsToRender, work);
}

/** Removes the job from all todo tables. */
function end(rows: TableWriter, event: RecordedEvent): void {
  const jobId = jobIdOf(event);
  rows.delete(jobsAwaitingAssets, { jobId });
  rows.delete(jobsToPlan, { jobId });
  rows.delete(jobsToSpeak, { jobId });
  rows.delete(jobsToRender, { jobId });
}
