import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { Type } from "@sinclair/typebox";
import { createCatalogue, openStore } from "../../../src/event_log/mod.ts";
import { JobAssetsReady, jobStream } from "../../../src/jobs/events.ts";
import { TRANSITIONS } from "../../../src/media/mod.ts";
import { allEvents, allProjections } from "../../../src/server/registry.ts";
import { checked } from "../../support/answer.ts";
import { newClient } from "../../support/clients.ts";
import { act, errorPaths, jobBody, readJob, readScene, readyJob, waitForStatus } from "../../support/jobs.ts";
import { startTestServer, temporaryDirectory } from "../../support/test_server.ts";
import { created, HISTORIES, planned, scene } from "./specs.ts";

const words = { description: "d", script: "s", shotType: "wide" };
const given = (transitions: readonly string[]) => ({
  storyboard: { scenes: transitions.map((transition) => ({ ...words, duration: 2, transition })) },
});

test("transitions: the three that the renderer shows are taken, and others refused with their names", async () => {
  await using server = await startTestServer();
  const clientId = await newClient(server.api);
  const job = await readyJob(server.api, { clientId, creative: given(TRANSITIONS) });
  expect(job.scenes.map(({ transition }) => transition)).toEqual([...TRANSITIONS]);
  for (const transition of ["wipe", "slide", "zoom", "Cut", "cross-fade", ""]) {
    const made = await server.api("POST", "/jobs", jobBody({ clientId, creative: given(["cut", transition, "cut"]) }));
    const edited = await server.api("PUT", `/jobs/${job.id}/scenes/1`, { transition });
    expect([made.status, errorPaths(made)]).toEqual([422, ["creative.storyboard.scenes.1.transition"]]);
    expect([edited.status, errorPaths(edited)]).toEqual([422, ["transition"]]);
    for (const { error } of [made, edited]) {
      for (const real of TRANSITIONS) expect(error).toContain(real);
    }
  }
});

test("transitions: what the documentation names is what is taken", async () => {
  await using server = await startTestServer();
  const Enum = Type.Object({ enum: Type.Array(Type.String()) });
  const document: unknown = await (await server.get("/docs/json")).json();
  const named: string[][] = [];
  JSON.stringify(document, (key, value: unknown) => {
    const isProperty = key === "transition" && typeof value === "object" && value !== null && "description" in value;
    if (isProperty) named.push(checked(Enum, value).enum);
    return value;
  });
  expect(named.length).toBeGreaterThanOrEqual(3);
  for (const names of named) expect(names).toEqual([...TRANSITIONS]);
});

test("transitions: jobs of earlier releases, which took any text, go on and show the nearest", async () => {
  const dataDir = await temporaryDirectory();
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  const old = ["whip pan", "cross-fade", "fade to black"];
  const metadata = { owner: "local", actor: "test" };
  const { request } = created.data;
  const asked = { ...created.data, request: { ...request, creative: { ...request.creative, ...given(old) } } };
  const scenes = old.map((transition, index) => scene(index + 1, { transition, assets: [] }));
  const [, ...rest] = HISTORIES.storyboard_ready;
  await store.log.append(
    [
      {
        stream: jobStream("unplanned"),
        expected: "none",
        events: [{ ...created, data: { ...asked, assets: [] } }, JobAssetsReady.of({ assets: [], cost: 0 })],
      },
      {
        stream: jobStream("planned"),
        expected: "none",
        events: [
          created,
          ...rest.filter((event) => event !== planned),
          { ...planned, data: { ...planned.data, scenes } },
        ],
      },
    ],
    metadata,
  );
  store.close();
  try {
    await using server = await startTestServer({ DATA_DIR: dataDir });
    for (const id of ["unplanned", "planned"]) {
      const job = await waitForStatus(server.api, { id }, "storyboard_ready");
      expect(job.scenes.map(({ transition }) => transition)).toEqual(["cut", "dissolve", "fade"]);
      expect((await server.get(`/api/v3/jobs/${id}/storyboard.png`)).status).toBe(200);
      const {
        jobId: _jobId,
        id: _id,
        sceneNumber: _number,
        createdAt: _c,
        updatedAt: _u,
        ...whole
      } = job.scenes[0] ?? {};
      const edited = await server.api("PUT", `/jobs/${id}/scenes/1`, { ...whole, script: "Mine" });
      expect([edited.status, readScene(edited).transition]).toEqual([200, "cut"]);
      expect(readJob(await act(server.api, { id }, { action: "approve" })).status).toBe("video_processing");
      await waitForStatus(server.api, { id }, "completed");
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
