import { expect, test } from "bun:test";
import { modelAnswer, PROTOCOLS, startProvider } from "../storyboard/provider.ts";
import { readClient } from "../support/clients.ts";
import { jobBody, readJob } from "../support/jobs.ts";
import { modelEnv } from "../support/model_server.ts";
import { eventsIn, filesIn, until } from "../support/test_server.ts";
import { prove } from "./prove.ts";
import { type RestartableServer, startRestartable, typesSoFar } from "./restartable_server.ts";
import { createVisitor } from "./visitor.ts";

const has = (type: string) => (place: RestartableServer) => typesSoFar(place).includes(type);

test("a server that is killed at every step of the workflow ends the job once, and loses nothing", async () => {
  const asked = Promise.withResolvers<void>();
  const neverAnswers = () => {
    asked.resolve();
    return new Promise<Response>(() => {});
  };
  await using provider = startProvider(neverAnswers, PROTOCOLS.openai.answer(modelAnswer(3)));
  await using place = await startRestartable(modelEnv("openai", provider.url));
  const { origin, dataDir } = place;
  let isPlanning = false;
  void asked.promise.then(() => {
    isPlanning = true;
  });
  /** The moments of the kill: right after each append of the workflow and within each effect. */
  const moments: [when: string, isNow: (place: RestartableServer) => boolean][] = [
    ["after ClientCreated", has("ClientCreated")],
    ["after JobCreated", has("JobCreated")],
    ["in mid-download", () => filesIn(`${dataDir}/blobs`).some((name) => name.startsWith("tmp/"))],
    ["after BlobStored, in mid-inspection", has("BlobStored")],
    ["after AssetInspected", has("AssetInspected")],
    ["after JobAssetsReady", has("JobAssetsReady")],
    ["in mid-planning", () => isPlanning],
    ["after ScenesGenerated", has("ScenesGenerated")],
    ["after StoryboardApproved", has("StoryboardApproved")],
    ["after LineSpoken, in mid-speech", has("LineSpoken")],
    ["after VoiceRecorded", has("VoiceRecorded")],
    ["after RenderStarted, in mid-mix", has("RenderStarted")],
    ["after SoundMixed", has("SoundMixed")],
    ["in mid-render", has("RenderProgressed")],
    ["after VideoRendered", has("VideoRendered")],
  ];
  const visitor = createVisitor(place);

  async function workflow() {
    const client = readClient(await visitor.send("POST", "/clients", { name: "Acme" }));
    const assets = ["half/kill/photo.png", "photo.jpg"].map((path) => ({ url: `${origin.url}/${path}` }));
    const body = jobBody({
      clientId: client.id,
      assets,
      creative: { videoSpecs: { duration: 9, resolution: "480p" } },
      body: { generateAudio: true },
    });
    const job = readJob(await visitor.send("POST", "/jobs", body));
    await until(async () => readJob(await visitor.get(`/jobs/${job.id}`)).status === "storyboard_ready");
    const approved = await visitor.send("POST", `/jobs/${job.id}/actions`, { action: "approve" });
    expect(approved.status).toBeLessThan(300);
    // Seven kills lie in between.
    const isDone = async () => readJob(await visitor.get(`/jobs/${job.id}`)).status === "completed";
    await until(isDone, { waitMs: 300_000 });
    return job;
  }

  const working = workflow();
  for (const [when, isNow] of moments) {
    await until(() => isNow(place));
    await place.restart();
    if (when === "in mid-download") origin.release("kill");
  }
  const job = await working;
  expect(place.kills).toBe(moments.length);
  const types = eventsIn(dataDir).filter(({ stream }) => stream === `job-${job.id}`);
  expect(types.map(({ type }) => type).filter((type) => !/^Render/.test(type))).toEqual([
    "JobCreated",
    "JobAssetsReady",
    "ScenesGenerated",
    "StoryboardApproved",
    // Each line once, however often the server was killed.
    "LineSpoken",
    "LineSpoken",
    "LineSpoken",
    "VoiceRecorded",
    "SoundMixed",
    "VideoRendered",
    "JobCompleted",
  ]);
  await prove(place, visitor.promises);
}, 420_000);
