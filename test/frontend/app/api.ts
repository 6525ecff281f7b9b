import { treaty } from "@elysiajs/eden";
import type { App } from "../../../src/server/app.ts";

/** The base URL of the API; this page has another origin, as frontends do. */
export const base: string = new URLSearchParams(location.search).get("api") ?? "http://127.0.0.1:8000";

/** The typed client of the API. */
export const api = treaty<App>(base, { parseDate: false }).api.v3;

type JobCalls = ReturnType<typeof api.jobs>;
type AssetCalls = ReturnType<typeof api.assets>;
type Read<Call extends (...all: never[]) => Promise<{ data: { data: unknown } | null }>> = NonNullable<
  Awaited<ReturnType<Call>>["data"]
>["data"];

/** A job, as the API answers it. */
export type Job = Read<JobCalls["get"]>;
/** An asset, as the API answers it. */
export type Asset = Read<AssetCalls["get"]>;
/** A scene of a job. */
export type Scene = Job["scenes"][number];

interface Answered<Data> {
  readonly data: { readonly data: Data } | null;
  readonly error: { readonly value: { readonly error: string } } | null;
}

/** The data of an answer. @throws {Error} the sentence for people that a failed answer carries */
export async function dataOf<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  const { data, error } = await call;
  if (error) throw new Error(error.value.error);
  if (!data) throw new Error("The server answered nothing");
  return data.data;
}

/** Uploads with progress from 0 to 1, which `fetch` cannot tell yet. */
export function upload(file: File, onProgress: (fraction: number) => void): Promise<void> {
  const form = new FormData();
  form.append("file", file);
  const request = new XMLHttpRequest();
  request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
  const done = new Promise<void>((resolve, reject) => {
    request.onload = () => (request.status === 201 ? resolve() : reject(new Error(JSON.parse(request.response).error)));
    request.onerror = () => reject(new Error("The server cannot be reached"));
  });
  request.open("POST", `${base}/api/v3/assets`);
  request.send(form);
  return done;
}
