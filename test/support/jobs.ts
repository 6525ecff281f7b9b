import { type Static, Type } from "@sinclair/typebox";
import { Job, Scene } from "../../src/jobs/schema.ts";
import { type Answer, checked } from "./answer.ts";
import { newClient } from "./clients.ts";
import type { Api } from "./test_server.ts";
import { until } from "./until.ts";

/** A job as HTTP answers it. */
export type JobAnswer = Static<typeof Job>;
/** A scene as HTTP answers it. */
export type SceneAnswer = Static<typeof Scene>;

/** The job of an answer, checked against the schema of the API. */
export function readJob({ data }: Pick<Answer, "data">): JobAnswer {
  return checked(Job, data);
}

/** The jobs of a list. */
export function readJobs({ data }: Pick<Answer, "data">): JobAnswer[] {
  return checked(Type.Array(Job), data);
}

/** The scene of an answer. */
export function readScene({ data }: Pick<Answer, "data">): SceneAnswer {
  return checked(Scene, data);
}

/** The scenes of a list. */
export function readScenes({ data }: Pick<Answer, "data">): SceneAnswer[] {
  return checked(Type.Object({ scenes: Type.Array(Scene) }), data).scenes;
}

/** The paths of `meta.details` of a 422. */
export function errorPaths({ meta: { details } }: Pick<Answer, "meta">): string[] {
  return Array.isArray(details) ? details.map(({ path }) => String(path)) : [];
}

/** Parts of a job's request that a test says otherwise. */
export interface JobChanges {
  readonly clientId: string;
  readonly campaignId?: string;
  readonly assets?: readonly object[];
  readonly creative?: object;
  readonly adBasics?: object;
  /** Fields of the body itself. */
  readonly body?: object;
}

/** A body of POST `/jobs`: six seconds in small and without voice and music, so that it renders in no time. */
export function jobBody({ clientId, campaignId, assets, creative, adBasics, body }: JobChanges) {
  return {
    context: { clientId, ...(campaignId === undefined ? {} : { campaignId }) },
    adBasics: {
      product: "Aurora, a solar lantern",
      targetAudience: "weekend campers",
      keyMessage: "Light for three nights from one day of sun",
      callToAction: "Order yours at aurora.example",
      ...adBasics,
    },
    creative: {
      videoSpecs: { duration: 6, resolution: "480p" },
      direction: { style: "warm documentary" },
      ...(assets === undefined ? {} : { assets }),
      ...creative,
    },
    generateAudio: false,
    ...body,
  };
}

/** Makes a job whose storyboard is ready. */
export async function readyJob(api: Api, changes: Partial<JobChanges> = {}): Promise<JobAnswer> {
  const clientId = changes.clientId ?? (await newClient(api));
  const answer = await api("POST", "/jobs", jobBody({ ...changes, clientId }), { prefer: "wait=60" });
  const job = readJob(answer);
  if (job.status !== "storyboard_ready") throw new Error(`not ready: ${answer.text}`);
  return job;
}

/** Takes an action on a job. */
export async function act(
  api: Api,
  { id }: { readonly id: string },
  asked: { readonly action: string; readonly payload?: object; readonly headers?: Record<string, string> },
): Promise<Answer> {
  const { action, payload, headers } = asked;
  return await api("POST", `/jobs/${id}/actions`, { action, ...(payload ? { payload } : {}) }, headers);
}

/** The job as it is now. */
export async function jobNow(api: Api, { id }: { readonly id: string }): Promise<JobAnswer> {
  return readJob(await api("GET", `/jobs/${id}`));
}

/** Waits until a job has one of the statuses. */
export async function waitForStatus(api: Api, job: { readonly id: string }, ...statuses: string[]): Promise<JobAnswer> {
  let now = await jobNow(api, job);
  await until(
    async () => {
      now = await jobNow(api, job);
      return statuses.includes(now.status);
    },
    { what: () => `the job is ${statuses.join(" or ")}; it is ${now.status}` },
  );
  return now;
}

/** The durations of scenes in tenths of a second, added up. */
export function sumTenths(scenes: readonly { readonly duration: number }[]): number {
  return scenes.reduce((sum, { duration }) => sum + Math.round(duration * 10), 0);
}
