import { expect, test } from "bun:test";
import { lastingData } from "../server/lasting_data.ts";
import { readAnswer, readAsset } from "../support/answer.ts";
import { newClient } from "../support/clients.ts";
import { allowDescriptors } from "../support/descriptors.ts";
import { form, importAsset } from "../support/imports.ts";
import { act, jobBody, readJob, readyJob, waitForStatus } from "../support/jobs.ts";
import { oneConnection } from "../support/one_connection.ts";
import { spawnServer } from "../support/server_process.ts";
import { eventsIn, until } from "../support/test_server.ts";

const ENOUGH = 1_000;
const LONG_TEXT = "word ".repeat(100_000);
const MULTIPART = { "content-type": "multipart/form-data; boundary=x" };
const UPLOAD_TYPE = '--x\r\nContent-Disposition: form-data; name="uploadType"\r\n\r\nfile\r\n';
const multipart = (text: string, before = "") =>
  `${before}--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${text}\r\n--x--\r\n`;

test.if(process.platform === "linux")(
  "no descriptor left: every answer is the envelope with 503 and Retry-After, no work is failed, and all of it is done afterwards",
  async () => {
    await using place = await lastingData();
    const { origin, dataDir, env } = place;
    await using server = await spawnServer({ ...env, RATE_LIMIT_RPS: "0" });
    const { api } = server;
    const long = readAsset(await api("POST", "/assets", form(new File([LONG_TEXT], "long.txt"))));
    const photo = await importAsset(api, origin);
    const approved = await readyJob(api);
    const drawn = await readyJob(api);
    const clientId = await newClient(api);
    using connection = oneConnection(server.url);
    expect((await connection.ask("GET", "/health/live")).status).toBe(200);
    const json = async (path: string, body: object) =>
      await readAnswer(
        await connection.ask("POST", `/api/v3${path}`, JSON.stringify(body), {
          "content-type": "application/json",
          prefer: "respond-async",
        }),
      );
    const data = `/api/v3/assets/${long.id}/data`;
    const requests: [method: string, path: string, headers?: Record<string, string>, body?: string][] = [
      ["GET", data],
      ["GET", data, { range: "bytes=0-9" }],
      ["GET", data, { range: "bytes=9-300000" }],
      ["GET", data, { range: "bytes=0-9,20-29" }],
      ["GET", data, { range: "bytes= 0-9" }],
      ["GET", `${data}?download=1`],
      ["GET", `/api/v3/assets/${photo.id}/thumbnail`],
      ["GET", `/api/v3/jobs/${drawn.id}/storyboard.png`],
      ["GET", "/docs/swagger-ui.css"],
      ["POST", "/api/v3/assets", MULTIPART, multipart("a text of its own")],
      ["POST", "/api/v3/assets/unified", MULTIPART, multipart("another text", UPLOAD_TYPE)],
    ];

    expect(allowDescriptors(server.pid, 0)).toBe(true);
    for (const [method, path, headers, body] of requests) {
      const answer = await readAnswer(await connection.ask(method, path, body, headers));
      expect(`${method} ${path}: ${answer.status} ${answer.meta.code}`).toBe(`${method} ${path}: 503 unavailable`);
    }
    const importing = await json("/assets/from-url", { name: "a", type: "image", url: `${origin.url}/photo.jpg` });
    const job = readJob(await json("/jobs", jobBody({ clientId, assets: [{ url: `${origin.url}/photo.webp` }] })));
    expect([importing.status, readAsset(importing).status, job.status]).toEqual([202, "pending", "pending"]);
    expect((await json(`/jobs/${approved.id}/actions`, { action: "approve" })).status).toBe(202);
    for (const says of ["an import could not be done yet", "a step of a job could not be done yet"]) {
      await until(() => server.logs.some((line) => line.includes(says)));
    }
    // It waits to be accepted, and is refused by nobody.
    const late = fetch(`${server.url}/health/live`);

    allowDescriptors(server.pid, ENOUGH);
    expect((await late).status).toBe(200);
    for (const [method, path, headers, body] of requests) {
      // After failed starts, processes are not started for a few seconds.
      await until(async () => (await connection.ask(method, path, body, headers)).ok);
    }
    await until(async () => readAsset(await api("GET", `/assets/${readAsset(importing).id}`)).status === "ready");
    await waitForStatus(api, job, "storyboard_ready");
    await waitForStatus(api, approved, "completed");
    expect((await act(api, job, { action: "cancel" })).status).toBe(200);
    expect(eventsIn(dataDir).filter(({ type }) => /Failed$/.test(type))).toEqual([]);
    expect(server.logs.filter((line) => line.includes("failed unexpectedly"))).toEqual([]);
  },
  300_000,
);
