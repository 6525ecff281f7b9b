import createClient from "openapi-fetch";
// Made of /docs/json by openapi-typescript; the test's tsconfig says where it is.
import type { components, paths } from "reelog-api";

/** The generated names are the ones of the documentation. */
type Asset = components["schemas"]["Asset"];
type Scene = components["schemas"]["Scene"];

/** The result of the tour for the test. */
export interface Tour {
  readonly jobId: string;
  readonly videoUrl: string;
  readonly sceneCount: number;
  readonly refusals: readonly string[];
}

/** From the first request to the video, with nothing of the server but its OpenAPI document. */
export async function tour(url: string, { source, file }: { source: string; file: File }): Promise<Tour> {
  const api = createClient<paths>({ baseUrl: url });
  const refusals: string[] = [];

  const client = await api.POST("/api/v3/clients", { body: { name: "Acme Outdoor" } });
  if (client.error) throw new Error(client.error.error);
  const clientId: string = client.data.data.id;

  const uploaded = await api.POST("/api/v3/assets", {
    body: { file: "", tags: ["lantern"], clientId },
    bodySerializer({ tags }) {
      const form = new FormData();
      form.append("clientId", clientId);
      for (const tag of tags ?? []) form.append("tags", tag);
      form.append("file", file);
      return form;
    },
  });
  if (uploaded.error) throw new Error(uploaded.error.error);
  const upload: Asset = uploaded.data.data;

  const bulk = await api.POST("/api/v3/assets/from-urls", {
    body: {
      assets: [
        { name: "Lantern", type: "image", url: source },
        { name: "Missing", type: "image", url: `${source}.missing` },
      ],
    },
  });
  if (bulk.error) throw new Error(bulk.error.error);
  for (const { success, error } of bulk.data.data.results) if (!success) refusals.push(error?.code ?? "pending");

  const wrong = await api.POST("/api/v3/assets/from-url", {
    body: { name: "Metadata", type: "image", url: "http://169.254.169.254/" },
  });
  if (wrong.error) refusals.push(wrong.error.meta.code);

  const created = await api.POST("/api/v3/jobs", {
    params: { header: { Prefer: "wait=30", "Idempotency-Key": "generated-tour" } },
    body: {
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
        assets: [{ assetId: upload.id }],
      },
    },
  });
  if (created.error) throw new Error(created.error.error);
  const { id } = created.data.data;
  const scenes: Scene[] = created.data.data.scenes;

  const edited = await api.PUT("/api/v3/jobs/{id}/scenes/{scene}", {
    params: { path: { id, scene: "1" } },
    body: { script: "Dusk, and one warm light." },
  });
  if (edited.error) throw new Error(edited.error.error);

  const act = (version: string) =>
    api.POST("/api/v3/jobs/{id}/actions", {
      params: { path: { id }, header: { "If-Match": version, Prefer: "wait=60" } },
      body: { action: "approve" },
    });
  const stale = await act('"1"');
  if (stale.error) refusals.push(stale.error.meta.code);
  const seen = await api.GET("/api/v3/jobs/{id}", { params: { path: { id } } });
  const approved = await act(seen.response.headers.get("etag") ?? "");
  if (approved.error) throw new Error(approved.error.error);
  const status: "completed" | "failed" | string = approved.data.data.status;
  if (status !== "completed") throw new Error(`the job is ${status}`);

  const page = await api.GET("/api/v3/assets", { params: { query: { status: "all", limit: 2 } } });
  if (page.error) throw new Error(page.error.error);
  const next: string | undefined = page.data.meta.nextCursor;
  if (next === undefined) throw new Error("there is no next page");

  const { videoUrl } = approved.data.data;
  return { jobId: id, videoUrl: videoUrl ?? "", sceneCount: scenes.length, refusals };
}
