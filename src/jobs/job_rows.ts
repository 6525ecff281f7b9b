import { changedAtOf, type RecordedEvent, type TableWriter } from "../event_log/mod.ts";
import { jobIdOf } from "./events.ts";
import { jobs, jobTotals } from "./tables.ts";

type JobRow = typeof jobs.$inferSelect;

/** Updates a job's row and the totals; `cost` is the amount that this event adds. */
export function change(
  rows: TableWriter,
  event: RecordedEvent,
  changes: Partial<JobRow>,
  cost: number | null = null,
): void {
  const id = jobIdOf(event);
  const before = rows.find(jobs, { id });
  if (!before) return;
  const actualCost = cost === null ? before.actualCost : (before.actualCost ?? 0) + cost;
  const patch = { ...changes, actualCost, version: event.version, updatedAt: changedAtOf(event) };
  const after = { ...before, ...patch };
  rows.update(jobs, { id }, patch);
  if (before.status === after.status && cost === null && changes.mediaBytes === undefined) return;
  count(rows, before, -1);
  count(rows, after, 1);
}

/** Updates a job's row after contents were stored for it. */
export function store(
  rows: TableWriter,
  event: RecordedEvent,
  contents: readonly { readonly sizeBytes: number }[],
  { cost = null, changes = {} }: { readonly cost?: number | null; readonly changes?: Partial<JobRow> },
): void {
  const before = rows.find(jobs, { id: jobIdOf(event) })?.mediaBytes ?? 0;
  const mediaBytes = contents.reduce((sum, { sizeBytes }) => sum + sizeBytes, before);
  change(rows, event, { ...changes, mediaBytes }, cost);
}

/** Adds a job to the totals of its owner, client, campaign and status, or takes it from them. */
export function count(rows: TableWriter, job: JobRow, by: 1 | -1): void {
  const { owner, clientId, campaignId, status } = job;
  const key = { owner, clientId, campaignId: campaignId ?? "", status };
  const total = rows.find(jobTotals, key) ?? { ...key, count: 0, videos: 0, videoBytes: 0, cost: 0 };
  const next = {
    ...key,
    count: total.count + by,
    videos: total.videos + by * job.outputs.filter(({ video }) => video !== null).length,
    videoBytes: total.videoBytes + by * job.mediaBytes,
    cost: total.cost + by * (job.actualCost ?? 0),
  };
  if (next.count === 0) rows.delete(jobTotals, key);
  else rows.upsert(jobTotals, next);
}

/** The state of an output before it is rendered. */
export const NOT_RENDERED = { fraction: 0, video: null, error: null } as const;

/** Returns a job's outputs; none for an unknown job. */
export function outputsOf(rows: TableWriter, event: RecordedEvent): JobRow["outputs"] {
  return rows.find(jobs, { id: jobIdOf(event) })?.outputs ?? [];
}

/** Returns a job's outputs with changes of one of them. */
export function withOutput(
  rows: TableWriter,
  event: RecordedEvent,
  outputId: string,
  changes: Partial<JobRow["outputs"][number]>,
): JobRow["outputs"] {
  return outputsOf(rows, event).map((output) => (output.id === outputId ? { ...output, ...changes } : output));
}

/** Updates a job's row after one of its videos was stored. */
export function rendered(
  rows: TableWriter,
  event: RecordedEvent,
  outputId: string,
  video: NonNullable<JobRow["outputs"][number]["video"]>,
): void {
  const outputs = withOutput(rows, event, outputId, { video, fraction: 1, error: null });
  store(rows, event, [video], { cost: video.cost, changes: { outputs } });
}
