import { treaty } from "@elysiajs/eden";
import type { App } from "../../../src/server/app.ts";

/** The typed client of a server; times stay the strings that they are. */
export function connect(url: string) {
  return treaty<App>(url, { parseDate: false }).api.v3;
}

/** The result of the tour for the test. */
export interface Tour {
  readonly jobId: string;
  readonly videoUrl: string;
  readonly sceneCount: number;
  readonly refusals: readonly string[];
}

/** From the first request to the video, with the types that the server's own routes have. */
export async function tour(url: string, { source, file }: { source: string; file: File }): Promise<Tour> {
  const api = connect(url);
  const refusals: string[] = [];

  const client = await api.clients.post({
    name: "Acme Outdoor",
    brandGuidelines: { tone: "calm", colors: ["#0a7d5a"] },
  });
  if (client.error) throw new Error(client.error.value.error);
  const clientId: string = client.data.data.id;

  const uploaded = await api.assets.post({ file, tags: ["lantern", "night"], clientId });
  if (uploaded.error) throw new Error(uploaded.error.value.error);
  const kind: "image" | "video" | "audio" | "document" | "font" | null = uploaded.data.data.type;
  if (kind !== "image") throw new Error(`it is ${kind}`);

  const bulk = await api.assets["from-urls"].post({
    assets: [
      { name: "Lantern", type: "image", url: source },
      { name: "Missing", type: "image", url: `${source}.missing` },
    ],
    clientId,
  });
  if (bulk.error) throw new Error(bulk.error.value.error);
  for (const { success, error } of bulk.data.data.results) if (!success) refusals.push(error?.code ?? "pending");
  const assetIds = bulk.data.data.results.flatMap(({ asset, success }) => (success && asset ? [asset.id] : []));

  const wrong = await api.assets["from-url"].post({ name: "Metadata", type: "image", url: "http://169.254.169.254/" });
  if (wrong.error) {
    switch (wrong.error.status) {
      case 422:
        refusals.push(wrong.error.value.meta.code);
        break;
      case 403:
      case 502:
        throw new Error("another status");
    }
  }

  const created = await api.jobs.post(
    {
      context: { clientId },
      adBasics: {
        product: "Aurora, a solar lantern",
        targetAudience: "weekend campers",
        keyMessage: "Light for three nights",
        callToAction: "Order yours",
      },
      creative: {
        videoSpecs: { duration: 3, resolution: "480p" },
        direction: { style: "warm documentary" },
        assets: [...assetIds, uploaded.data.data.id].map((assetId) => ({ assetId })),
      },
    },
    { headers: { prefer: "wait=30", "idempotency-key": "eden-tour" } },
  );
  if (created.error) throw new Error(created.error.value.error);
  const { id: jobId, scenes } = created.data.data;

  const [first] = scenes;
  if (!first) throw new Error("no scenes");
  const edited = await api.jobs({ id: jobId }).scenes({ scene: first.id }).put({ script: "Dusk, and one warm light." });
  if (edited.error) throw new Error(edited.error.value.error);

  const stale = await api.jobs({ id: jobId }).actions.post({ action: "approve" }, { headers: { "if-match": '"1"' } });
  if (stale.error?.status === 412) refusals.push(stale.error.value.meta.code);

  const seen = await api.jobs({ id: jobId }).get();
  if (seen.error) throw new Error(seen.error.value.error);
  const approved = await api
    .jobs({ id: jobId })
    .actions.post({ action: "approve" }, { headers: { "if-match": `"${seen.data.data.version}"`, prefer: "wait=60" } });
  if (approved.error) throw new Error(approved.error.value.error);
  const status: "completed" | "video_processing" | "failed" = statusOf(approved.data.data.status);
  if (status !== "completed") throw new Error(`the job is ${status}`);

  const { videoUrl } = approved.data.data;
  return { jobId, videoUrl: videoUrl ?? "", sceneCount: scenes.length, refusals };
}

function statusOf<Status extends string>(status: Status): Extract<Status, "completed" | "video_processing" | "failed"> {
  const isEnd = (each: Status): each is Extract<Status, "completed" | "video_processing" | "failed"> =>
    ["completed", "video_processing", "failed"].includes(each);
  if (!isEnd(status)) throw new Error(`not approved: ${status}`);
  return status;
}
