import { Type } from "@sinclair/typebox";
import { Asset } from "../../assets/mod.ts";
import { Job, Scene } from "../../jobs/mod.ts";
import type { Api } from "./api.ts";

/** A printer of progress for people. */
export interface Narrator {
  chapter(title: string): void;
  line(text: string): void;
}

/** The server, the origin and the narrator of the demo. */
export interface Stage {
  readonly api: Api;
  /** The address of the origin with the media. */
  readonly origin: string;
  readonly tell: Narrator;
}

const WANTED = [
  { file: "lantern.jpg", type: "image", name: "Lantern at night" },
  { file: "campfire.mp4", type: "video", name: "Campfire" },
  { file: "evening.mp3", type: "audio", name: "Evening" },
  { file: "brochure.pdf", type: "document", name: "Brochure" },
] as const;

/** Imports an image, a video, a sound and a PDF by URL, and reads them back with ranges. */
export async function importAssets({ api, origin, tell }: Stage): Promise<void> {
  tell.chapter("Import four files by URL");
  for (const { file, type, name } of WANTED) {
    const body = { name, type, url: `${origin}/${file}`, tags: ["demo"] };
    const asset = await api.call("/api/v3/assets/from-url", Asset, { method: "POST", body });
    const { width, height, duration, pageCount, contentType, size } = asset;
    const facts = [
      contentType,
      `${((size ?? 0) / 1024).toFixed(0)} KiB`,
      width === null ? null : `${width}×${height}`,
      duration === null ? null : `${duration} s`,
      pageCount === null ? null : `${pageCount} pages`,
      asset.thumbnailUrl === null ? null : "with thumbnail",
    ];
    tell.line(`${name.padEnd(17)} ${facts.filter((fact) => fact !== null).join(", ")}`);
    const part = await api.raw(asset.url ?? "", { Range: "bytes=0-15" });
    const bytes = await part.bytes();
    tell.line(`${" ".repeat(17)} Range 0-15 → ${part.status}, ${part.headers.get("content-range")}: ${hex(bytes)}`);
  }
  const refused = await api
    .call("/api/v3/assets/from-url", Asset, {
      method: "POST",
      body: { name: "Not a photo", type: "image", url: `${origin}/brochure.pdf` },
    })
    .then(() => "it was accepted", String);
  tell.line(`A PDF called an image: ${refused.replace(/^Error: /, "")}`);
}

/**
 * Makes a storyboard from a brief and URLs, edits, regenerates, rejects and approves it, and watches the render.
 *
 * @returns the video's path on the server
 */
export async function makeVideo({ api, origin, tell }: Stage): Promise<string> {
  tell.chapter("From a brief to a storyboard");
  const client = await api.call("/api/v3/clients", Type.Object({ id: Type.String() }), {
    method: "POST",
    body: { name: "Aurora Outdoors", brandGuidelines: { colors: ["#ff7a1a"], restrictions: ["never say cheap"] } },
  });
  const job = await api.call("/api/v3/jobs", Job, {
    method: "POST",
    headers: { Prefer: "wait=30" },
    body: briefOf(client.id, origin),
  });
  show(tell, job.scenes);

  const path = `/api/v3/jobs/${job.id}`;
  tell.chapter("Edit, regenerate, reject");
  const edited = await api.call(`${path}/scenes/1`, Scene, { method: "PUT", body: { duration: 4.5 } });
  tell.line(`Scene 1 now lasts ${edited.duration} s; the others gave or took the difference`);
  const again = await api.call(`${path}/scenes/2/regenerate`, Scene, {
    method: "POST",
    body: { feedback: "Shorter, and show the product" },
  });
  tell.line(`Scene 2 was regenerated: “${again.script}”`);
  const rejected = await api.call(`${path}/actions`, Job, {
    method: "POST",
    headers: { Prefer: "wait=30" },
    body: { action: "reject_storyboard", payload: { feedback: "Calmer, more atmosphere" } },
  });
  tell.line("The storyboard was rejected with “Calmer, more atmosphere”, and regenerated:");
  show(tell, rejected.scenes);

  tell.chapter("Approve and render");
  const started = performance.now();
  await api.call(`${path}/actions`, Job, { method: "POST", body: { action: "approve" } });
  const done = await finished(api, path, tell);
  if (done.videoUrl === null) throw new Error(done.error?.message ?? `The job is ${done.status}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  tell.line(`Rendered ${done.videoSpecs.duration} s of ${done.videoSpecs.resolution} in ${seconds} s`);
  tell.line(`Estimated $${done.estimatedCost}, spent $${done.actualCost}`);
  return done.videoUrl;
}

function briefOf(clientId: string, origin: string) {
  return {
    context: { clientId },
    adBasics: {
      product: "Aurora solar lantern",
      targetAudience: "weekend campers who pack light",
      keyMessage: "Light for three nights from one day of sun",
      callToAction: "Order yours at aurora.example",
    },
    creative: {
      videoSpecs: { duration: 15, format: "16:9", resolution: "720p" },
      direction: { style: "warm documentary", tone: "calm", visualElements: ["campfire", "night sky"] },
      assets: [
        { url: `${origin}/tent.webp`, role: "lifestyle", name: "Tent at sunset" },
        { url: `${origin}/campfire.mp4`, role: "background", name: "Campfire" },
        { url: `${origin}/lantern.jpg`, role: "product_shot", name: "Lantern at night" },
        { url: `${origin}/logo.svg`, role: "brand_logo", name: "Aurora logo" },
        { url: `${origin}/evening.mp3`, name: "Evening" },
      ],
    },
  };
}

function show(tell: Narrator, scenes: readonly (typeof Job)["static"]["scenes"][number][]): void {
  for (const { sceneNumber, duration, shotType, transition, script } of scenes) {
    tell.line(`${sceneNumber}  ${duration.toFixed(1).padStart(4)} s  ${shotType}, ${transition}: “${script}”`);
  }
}

async function finished(api: Api, path: string, tell: Narrator): Promise<(typeof Job)["static"]> {
  let told = -1;
  for (;;) {
    const job = await api.call(path, Job);
    const { percentage } = job.progress;
    if (job.status !== "video_processing") return job;
    if (percentage > told) tell.line(`${percentage} %`);
    told = percentage;
    await Bun.sleep(250);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 8)).toString("hex").replace(/../g, "$& ").trim();
}
