import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readAsset } from "../support/answer.ts";
import { readClient } from "../support/clients.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { act, type JobAnswer, jobBody, readyJob, waitForStatus } from "../support/jobs.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
beforeAll(async () => {
  both = await startServerAndOrigin();
});
afterAll(async () => await both[Symbol.asyncDispose]());

async function assetOf(file: string, type: string): Promise<string> {
  const { server, origin } = both;
  return readAsset(await server.api("POST", "/assets/from-url", { name: file, type, url: `${origin.url}/${file}` })).id;
}

async function kit() {
  const [logo, bold, blocks] = await Promise.all([
    assetOf("photo.png", "image"),
    assetOf("brand.ttf", "font"),
    assetOf("blocks.otf", "font"),
  ]);
  return { logo, bold, blocks };
}

describe("a brand kit", () => {
  test("holds a logo and fonts, and shows them in answers", async () => {
    const { api } = both.server;
    const { logo, bold, blocks } = await kit();
    const fonts = ["Georgia", { assetId: bold, weight: 700 }, { assetId: blocks }];
    const made = await api("POST", "/clients", { name: "Acme", brandGuidelines: { logoAssetId: logo, fonts } });
    expect(made.status).toBe(201);
    const client = readClient(made);
    expect(client.brandGuidelines).toEqual({
      ...{ logoAssetId: logo, fonts },
      ...{ colors: null, tone: null, restrictions: null, examples: null },
    });
    expect(readClient(await api("GET", `/clients/${client.id}`)).brandGuidelines).toEqual(client.brandGuidelines);
    // An asset that is gone does not block changes of anything else.
    expect((await api("DELETE", `/assets/${blocks}`)).status).toBe(200);
    expect((await api("PUT", `/clients/${client.id}`, { name: "Acme 2" })).status).toBe(200);
  });

  test("names only ready assets of its owner that are of the right type", async () => {
    const { api } = both.server;
    const { logo, bold } = await kit();
    const before = both.server.eventTypes().length;
    const brandGuidelines = { logoAssetId: bold, fonts: [{ assetId: logo }, { assetId: "nothing" }, "Inter"] };
    const { status, meta } = await api("POST", "/clients", { name: "Acme", brandGuidelines });
    expect([status, meta.code]).toEqual([422, "validation_failed"]);
    expect(byPath(meta.details)).toEqual({
      "brandGuidelines.logoAssetId": "The asset is of type font, not image",
      "brandGuidelines.fonts.0.assetId": "The asset is of type image, not font",
      "brandGuidelines.fonts.1.assetId": "No asset has this id",
    });
    const many = { fonts: Array.from({ length: 9 }, () => ({ assetId: bold })) };
    const tooMany = await api("POST", "/clients", { name: "Acme", brandGuidelines: many });
    expect(byPath(tooMany.meta.details)).toEqual({ "brandGuidelines.fonts": "must name at most 8 font files" });
    for (const font of [{ assetId: bold, weight: 1001 }, { assetId: bold, colour: "red" }, { weight: 400 }, 5]) {
      const wrong = await api("POST", "/clients", { name: "Acme", brandGuidelines: { fonts: [font] } });
      expect([wrong.status, wrong.meta.code]).toEqual([422, "validation_failed"]);
    }
    expect(both.server.eventTypes()).toHaveLength(before);
  });

  test("a font is no asset of a scene", async () => {
    const { api } = both.server;
    const { bold } = await kit();
    const clientId = readClient(await api("POST", "/clients", { name: "Acme" })).id;
    const { status, meta } = await api("POST", "/jobs", jobBody({ clientId, assets: [{ assetId: bold }] }));
    expect(status).toBe(422);
    expect(Object.values(byPath(meta.details))).toEqual([
      "must not be a font: fonts belong into the client's brandGuidelines",
    ]);
  });

  test("stays with a job as it was, and what is erased before the render is a warning", async () => {
    const { api } = both.server;
    const { logo, bold, blocks } = await kit();
    const brandGuidelines = { logoAssetId: logo, fonts: [{ assetId: bold }, { assetId: blocks, weight: 400 }] };
    const clientId = readClient(await api("POST", "/clients", { name: "Acme", brandGuidelines })).id;
    const creative = { videoSpecs: { duration: 3, resolution: "480p" }, voice: null, music: null };
    const [whole, torn] = await Promise.all([
      readyJob(api, { clientId, creative }),
      readyJob(api, { clientId, creative }),
    ]);
    expect((await api("PUT", `/clients/${clientId}`, { brandGuidelines: null })).status).toBe(200);
    const render = async (job: JobAnswer) => {
      expect((await act(api, job, { action: "approve" })).status).toBeLessThan(300);
      return await waitForStatus(api, job, "completed", "failed");
    };
    const first = await render(whole);
    expect(first).toMatchObject({ status: "completed", warnings: [] });
    for (const id of [logo, bold]) expect((await api("DELETE", `/assets/${id}`)).status).toBe(200);
    const second = await render(torn);
    const gone = (what: string) =>
      `A ${what} of the brand was deleted or cannot be used, so the video is made without it`;
    expect(second).toMatchObject({
      status: "completed",
      warnings: [
        { sceneNumber: null, message: gone("logo") },
        { sceneNumber: null, message: gone("font") },
      ],
    });
  });
});

function byPath(details: unknown): Record<string, unknown> {
  return Object.fromEntries(Array.isArray(details) ? details.map(({ path, message }) => [path, message]) : []);
}
