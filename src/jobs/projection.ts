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
  OutputFailed,
  OutputRendered,
  RenderProgressed,
  RenderStarted,
  SceneDeleted,
  SceneRegenerated,
  SceneRegenerationFailed,
  SceneRegenerationRequested,
  ScenesGenerated,
  SceneUpdated,
  SoundMixed,
  StoryboardApproved,
  StoryboardRegenerationRequested,
  StoryboardRejected,
  VideoRendered,
  VoiceRecorded,
} from "./events.ts";
import { change, count, NOT_RENDERED, outputsOf, rendered, store, withOutput } from "./job_rows.ts";
import { productionOf } from "./requests/production.ts";
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
export const jobsProjection = defineProjection("jobs", 6, {
  tables: [jobs, jobTotals, jobAssets, jobsAwaitingAssets, jobsToPlan, jobsToSpeak, jobsToRender, spokenLines],
  on: [
    when(JobCreated, (rows, event) => {
      const { request, specs, assets, estimatedCost } = event.data;
      const production = productionOf(event.data);
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
        production,
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
        isSpeaking: false,
        sound: null,
        outputs: production.outputs.map((output) => ({ ...output, ...NOT_RENDERED })),
        mediaBytes: 0,
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
      change(rows, event, { status: "video_processing", sound: null });
      speakOrRender(rows, event);
    }),
    when(LineSpoken, (rows, event) => {
      const { owner } = event.metadata;
      rows.upsert(spokenLines, { owner, key: event.data.key, line: event.data });
      // A reused line has its bytes in common with an earlier one.
      store(rows, event, event.data.isReused ? [] : [event.data], { cost: event.data.cost });
    }),
    when(VoiceRecorded, (rows, event) => {
      rows.delete(jobsToSpeak, { jobId: jobIdOf(event) });
      rows.upsert(jobsToRender, { jobId: jobIdOf(event), position: event.position, ...causationOf(event) });
      change(rows, event, { isSpeaking: false });
    }),
    when(SoundMixed, (rows, event) => {
      const { soundtrack, voice, music, mix, srt, vtt } = event.data;
      const stored = [soundtrack, voice, music, mix, srt, vtt].filter((blob) => blob !== null);
      store(rows, event, stored, { changes: { sound: event.data } });
    }),
    when(RenderStarted, (rows, event) => {
      const at = event.recordedAt;
      change(rows, event, { renderStartedAt: at, renderFraction: 0, renderNotedAt: at });
    }),
    when(RenderProgressed, (rows, event) => {
      const { fraction, outputs: noted = [] } = event.data;
      const fractions = new Map(noted.map((output) => [output.outputId, output.fraction]));
      change(rows, event, {
        renderFraction: fraction,
        renderNotedAt: event.recordedAt,
        outputs: outputsOf(rows, event).map((output) => ({
          ...output,
          fraction: fractions.get(output.id) ?? output.fraction,
        })),
      });
    }),
    when(VideoRendered, (rows, event) => {
      const [first] = outputsOf(rows, event);
      if (first) rendered(rows, event, first.id, event.data);
    }),
    when(OutputRendered, (rows, event) => {
      const { outputId, ...video } = event.data;
      rendered(rows, event, outputId, video);
    }),
    when(OutputFailed, (rows, event) => {
      const { outputId, code, message } = event.data;
      change(rows, event, { outputs: withOutput(rows, event, outputId, { error: { code, message } }) });
    }),
    when(JobCompleted, (rows, event) => {
      end(rows, event);
      change(rows, event, { status: "completed" });
    }),
    when(JobFailed, (rows, event) => {
      const { step, code, message, assetId, usage } = event.data;
      end(rows, event);
      const error = { failedStep: step, errorCode: code, errorMessage: message, errorAssetId: assetId };
      const isSpeaking = false;
      change(rows, event, { status: "failed", ...error, isSpeaking }, usage?.cost ?? null);
    }),
    when(JobRetried, (rows, event) => {
      const { step, waitingFor } = event.data;
      const noError = { failedStep: null, errorCode: null, errorMessage: null, errorAssetId: null };
      const outputs = outputsOf(rows, event).map((output) => ({ ...output, ...NOT_RENDERED }));
      const noRender = { renderStartedAt: null, renderFraction: null, renderNotedAt: null, outputs };
      change(rows, event, { status: STATUS_OF_STEP[step], ...noError, ...noRender });
      begin(rows, event, { step, plan: event.data.plan, waitingFor });
    }),
    when(JobCancelled, (rows, event) => {
      end(rows, event);
      change(rows, event, { status: "cancelled", isSpeaking: false });
    }),
  ],
});

function touch(rows: TableWriter, event: RecordedEvent): void {
  change(rows, event, {});
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
  const hasVoice = Boolean(rows.find(jobs, { id })?.production.voice);
  const work = { jobId: id, position: event.position, ...causationOf(event) };
  rows.upsert(hasVoice ? jobsToSpeak : jobsToRender, work);
  if (hasVoice) rows.update(jobs, { id }, { isSpeaking: true });
}

/** Removes the job from all todo tables. */
function end(rows: TableWriter, event: RecordedEvent): void {
  const jobId = jobIdOf(event);
  rows.delete(jobsAwaitingAssets, { jobId });
  rows.delete(jobsToPlan, { jobId });
  rows.delete(jobsToSpeak, { jobId });
  rows.delete(jobsToRender, { jobId });
}
