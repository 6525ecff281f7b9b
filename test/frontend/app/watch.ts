import { api, base, dataOf, type Job } from "./api.ts";

/** The events of a job and its assets that the page shows. */
const TYPES = [
  "AssetRequested",
  "AssetInspected",
  "AssetFailed",
  "JobCreated",
  "JobAssetsReady",
  "ScenesGenerated",
  "SceneUpdated",
  "SceneRegenerated",
  "SceneDeleted",
  "StoryboardApproved",
  "RenderStarted",
  "RenderProgressed",
  "VideoRendered",
  "JobCompleted",
  "JobFailed",
  "JobCancelled",
];

/** The listeners of a job. */
export interface Watcher {
  onJob(job: Job): void;
  /** One sentence of what happened. */
  onEvent(sentence: string): void;
}

/**
 * Shows a job as it is, at once and after each event. Where no stream can be had, it asks every second.
 *
 * @returns a function that ends it
 */
export function watchJob(id: string, { onJob, onEvent }: Watcher): () => void {
  const source = new EventSource(`${base}/api/v3/jobs/${id}/events`);
  let timer: ReturnType<typeof setInterval> | undefined;
  let newest = 0;

  async function look(): Promise<void> {
    const job = await dataOf(api.jobs({ id }).get());
    // Answers may overtake each other.
    if (job.version < newest) return;
    newest = job.version;
    onJob(job);
    if (["completed", "failed", "cancelled"].includes(job.status)) stop();
  }

  function stop(): void {
    source.close();
    clearInterval(timer);
  }

  for (const type of TYPES) {
    source.addEventListener(type, ({ data }: MessageEvent<string>) => {
      const { sentence }: { sentence: string } = JSON.parse(data);
      onEvent(sentence);
      void look();
    });
  }
  source.onerror = () => {
    // The browser connects again by itself, unless the server has said that there is no such stream.
    if (source.readyState === EventSource.CLOSED) timer ??= setInterval(look, 1_000);
  };
  void look();
  return stop;
}
