import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { newClient } from "../support/clients.ts";
import { startOrigin } from "../support/origin.ts";
import { spawnServer } from "../support/server_process.ts";
import { eventsIn, filesIn, temporaryDirectory, until } from "../support/test_server.ts";

const SECRET = "s3cret-of-a-signature";

/** A server process that logs all it can, with an origin, and the directory of its data. */
async function startLogging() {
  const origin = await startOrigin();
  const dataDir = join(await temporaryDirectory(), "data");
  const server = await spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant, LOG_LEVEL: "trace" });
  return {
    origin,
    dataDir,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

test("the signature of a source is in its event, and in no answer, history, stream or log", async () => {
  await using at = await startLogging();
  const { origin, server, dataDir } = at;
  const url = `${origin.url}/photo.jpg?X-Amz-Signature=${SECRET}#${SECRET}`;
  const clientId = await newClient(server.api);
  const adBasics = { product: "Bottle", targetAudience: "hikers", keyMessage: "Light", callToAction: "Buy" };
  const body = {
    context: { clientId },
    adBasics,
    creative: { direction: { style: "calm" }, assets: [{ url, type: "image" }] },
  };
  const made = await server.api("POST", "/jobs", body, { prefer: "wait=30" });
  expect(made.status).toBe(200);
  const asset = await server.api("POST", "/assets/from-url", { name: "photo", type: "image", url });
  const failed = await server.api("POST", "/assets/from-url", {
    name: "gone",
    type: "image",
    url: url.replace("photo", "gone"),
  });
  expect(failed.status).toBe(502);
  const jobPath = `/jobs/${Object(made.data).id}`;
  const assetPath = `/assets/${Object(asset.data).id}`;
  const answers = [made, asset, failed];
  for (const path of [
    "/assets?status=all",
    assetPath,
    `${assetPath}/history`,
    "/jobs",
    jobPath,
    `${jobPath}/history`,
  ]) {
    answers.push(await server.api("GET", path));
  }
  await server.api("POST", `${jobPath}/actions`, { action: "cancel" });
  const stream = await (
    await fetch(`${server.url}/api/v3${jobPath}/events`, { headers: { "last-event-id": "0" } })
  ).text();

  expect(answers.map(({ status }) => status)).not.toContain(404);
  expect(Object(asset.data).sourceUrl).toBe(`${origin.url}/photo.jpg`);
  expect([stream, ...answers.map(({ text }) => text)].filter((text) => text.includes(SECRET))).toEqual([]);
  await until(() => server.logs.some((line) => line.includes("/events")));
  expect(server.logs.filter((line) => line.includes(SECRET))).toEqual([]);
  expect(eventsIn(dataDir).some(({ type, data }) => type === "AssetRequested" && data.includes(SECRET))).toBeTrue();
});

test("what a client sends cannot make a line of the log, and its key is in none", async () => {
  await using at = await startLogging();
  const { server } = at;
  const forged = '{"level":30,"msg":"forged"}';
  await fetch(`${server.url}/api/v3/assets/%0A%1B[2J${encodeURIComponent(forged)}?key=${SECRET}`, {
    headers: {
      authorization: `Bearer ${SECRET}`,
      "x-api-key": SECRET,
      "x-request-id": forged,
      "user-agent": forged,
    },
  });
  await server.api("POST", "/clients", { name: "Line\u0085", description: forged });
  await until(() => server.logs.filter((line) => line.includes('"msg":"request"')).length >= 2);
  for (const line of server.logs) expect(JSON.parse(line)).not.toMatchObject({ msg: "forged" });
  expect(server.logs.join("\n")).not.toContain(SECRET);
  expect(server.logs.join("\n")).not.toContain("\u001b");
});

test("an error of the inside is answered without its text, which is in the log", async () => {
  await using at = await startLogging();
  const { server, dataDir } = at;
  {
    // No input is known that would do it, so the ground is taken from under the server.
    using db = new Database(join(dataDir, "reelog.db"), { strict: true });
    db.run("PRAGMA busy_timeout = 5000");
    db.run("DROP TABLE clients");
  }
  for (const path of ["/clients", "/clients/1"]) {
    const answer = await server.api("GET", path);
    expect(answer).toMatchObject({ status: 500, data: null, error: "Cannot answer: something went wrong here" });
    expect(answer.meta).toMatchObject({ code: "internal" });
    expect(Object.keys(answer.meta).sort()).toEqual(["code", "requestId", "timestamp"]);
    expect(answer.text + [...answer.headers].join()).not.toMatch(/sqlite|table|clients|\.ts/i);
    const { requestId } = answer.meta;
    await until(() => server.logs.some((line) => line.includes(requestId) && line.includes("no such table")));
  }
});

test("nobody else on the machine can read what is stored", async () => {
  await using at = await startLogging();
  const { server, origin, dataDir } = at;
  await server.api("POST", "/assets/from-url", { name: "photo", type: "image", url: `${origin.url}/photo.jpg` });
  const files = filesIn(dataDir);
  expect(files.some((file) => file.startsWith("blobs/"))).toBeTrue();
  for (const file of ["", ...files]) {
    const { mode } = await stat(join(dataDir, file));
    expect({ file, forOthers: mode & 0o077 }).toEqual({ file, forOthers: 0 });
  }
});
