import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import sharp from "sharp";
import { readAsset } from "../../support/answer.ts";
import { form, startServerAndOrigin } from "../../support/imports.ts";
import { act, readJob, readyJob } from "../../support/jobs.ts";
import { type MadeKey, newKey } from "../../support/keys.ts";
import { type Api, filesIn, until } from "../../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let victim: string;
let thief: Api;
let headers: MadeKey["headers"];

beforeAll(async () => {
  both = await startServerAndOrigin();
  const { server } = both;
  const as = async (owner: string) => (await newKey(server.config.dataDir, owner)).headers;
  const [ann, bob] = [await as("ann"), await as("bob")];
  headers = bob;
  await until(async () => (await server.get("/api/v3/me")).status === 401);
  // A colour that nothing else here has.
  const picture = await sharp({ create: { width: 400, height: 300, channels: 3, background: "#ff00ff" } })
    .png()
    .toBuffer();
  victim = new Bun.CryptoHasher("sha256").update(picture).digest("hex");
  const file = new File([new Uint8Array(picture)], "secret.png");
  expect((await server.api("POST", "/assets", form(file), ann)).status).toBe(201);
  thief = (method, path, body, more) => server.api(method, path, body, { ...bob, ...more });
});
afterAll(async () => await both[Symbol.asyncDispose]());

/** A drawing that refers to a file in every way, stored in the same folder as the victim's. */
function drawingBeside(name: string): string {
  for (let salt = 0; ; salt++) {
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
      `xmlns:xi="http://www.w3.org/2001/XInclude" width="400" height="300"><!--${salt}-->` +
      `<rect width="400" height="300" fill="#104010"/>` +
      `<image width="400" height="150" href="${name}"/><image y="150" width="400" height="150" xlink:href="./${name}"/>` +
      `<text y="99" font-size="9"><xi:include href="${name}" parse="text"><xi:fallback>none</xi:fallback></xi:include></text></svg>`;
    if (new Bun.CryptoHasher("sha256").update(svg).digest("hex").startsWith(victim.slice(0, 4))) return svg;
  }
}

async function isMagentaIn(bytes: Uint8Array): Promise<boolean> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  for (let at = 0; at < data.length; at += info.channels) {
    const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
    if (r > 180 && b > 180 && g < 90) return true;
  }
  return false;
}

/** All that an owner sees of a drawing: its thumbnail, the sheet and the video's picture. */
async function seenOf(name: string): Promise<Record<"drawing" | "sheet" | "video", Uint8Array>> {
  const { server } = both;
  const svg = drawingBeside(name);
  const asset = readAsset(await thief("POST", "/assets", form(new File([svg], "mine.svg"))));
  expect(filesIn(join(server.config.dataDir, "blobs", victim.slice(0, 2), victim.slice(2, 4))).length).toBeGreaterThan(
    1,
  );
  const job = await readyJob(thief, {
    assets: [{ assetId: asset.id }],
    creative: { videoSpecs: { duration: 3, resolution: "480p" } },
  });
  const bytesOf = async (path: string) => {
    const response = await server.get(path, { headers });
    expect(response.status).toBe(200);
    return await response.bytes();
  };
  const sheet = await bytesOf(`/api/v3/jobs/${job.id}/storyboard.png`);
  const done = readJob(await act(thief, job, { action: "approve", headers: { prefer: "wait=90" } }));
  expect(done).toMatchObject({ status: "completed", warnings: [] });
  const drawing = await bytesOf(`/api/v3/assets/${asset.id}/thumbnail`);
  return { drawing, sheet, video: await bytesOf(`/api/v3/jobs/${job.id}/thumbnail`) };
}

test("another owner's picture: no drawing beside it shows it, or whether it is there", async () => {
  const present = await seenOf(victim);
  const absent = await seenOf(`${victim.slice(0, 63)}${victim.endsWith("0") ? "1" : "0"}`);
  for (const what of ["drawing", "sheet", "video"] as const) {
    expect({ what, isSeen: await isMagentaIn(present[what]) }).toEqual({ what, isSeen: false });
    const pixels = async (bytes: Uint8Array) => await sharp(bytes).raw().toBuffer();
    expect((await pixels(present[what])).equals(await pixels(absent[what])), what).toBe(true);
  }
});
