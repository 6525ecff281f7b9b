import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { openBlobStore } from "../../../src/blobs/mod.ts";
import { createCatalogue, isRecorded, openStore } from "../../../src/event_log/mod.ts";
import { type JobEvent, JobRetried, jobStream, LineSpoken, VoiceRecorded } from "../../../src/jobs/events.ts";
import { createJobQueries, createSpeechWorker } from "../../../src/jobs/mod.ts";
import { jobsToRender, jobsToSpeak } from "../../../src/jobs/tables.ts";
import { createRetention, indexContents } from "../../../src/retention/mod.ts";
import { allEvents, allProjections, retentionRules } from "../../../src/server/registry.ts";
import { readWav } from "../../../src/speech/mod.ts";
import { createOpenAISpeaker } from "../../../src/speech/openai/openai_speaker.ts";
import { type Answer, startSpeechServer } from "../../speech/speech_server.ts";
import { tones } from "../../speech/tones.ts";
import { temporaryDirectory, until } from "../../support/test_server.ts";
import { created, failed, HISTORIES, planned, scene } from "../rendering/specs.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await temporaryDirectory();
});
afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

const NO_QUOTAS = { checkRoom() {}, storageLimits: () => [] };

/** The log, the blobs and a running worker over a data directory. */
async function open(url: string) {
  const stack = new AsyncDisposableStack();
  const catalogue = createCatalogue(allEvents);
  const prepare = (db: Parameters<typeof indexContents>[0]) => indexContents(db, allEvents);
  const store = await openStore({ dataDir, catalogue, projections: allProjections, prepare });
  stack.defer(() => store.close());
  const { useOf } = stack.use(createRetention(store.db, retentionRules));
  const blobs = stack.use(await openBlobStore("fs", dataDir, { useOf }));
  const { log, read } = store;
  const speaker = createOpenAISpeaker({
    baseUrl: `${url}/v1`,
    apiKey: null,
    model: "m",
    voice: "v",
    limits: { callTimeoutMs: 600_000, pauseMs: 1 },
  });
  const { spokenLine } = createJobQueries(read);
  const worker = createSpeechWorker({
    log,
    read,
    onError: () => {},
    blobs,
    speaker,
    spokenLine,
    quotas: NO_QUOTAS,
  });
  worker.start();
  stack.defer(() => worker.stop());
  const eventsOf = (jobId: string) => log.readStream(jobStream(jobId));
  return {
    blobs,
    eventsOf,
    async append(jobId: string, events: readonly JobEvent[]) {
      await log.append({ stream: jobStream(jobId), expected: "any", events }, { owner: "ann", actor: "ann" });
    },
    linesOf: async (jobId: string) =>
      (await eventsOf(jobId)).flatMap((event) => (isRecorded(LineSpoken, event) ? [event.data] : [])),
    countOf: async (jobId: string, type: string) =>
      (await eventsOf(jobId)).filter((event) => event.type === type).length,
    toSpeak: () =>
      read
        .select()
        .from(jobsToSpeak)
        .all()
        .map(({ jobId }) => jobId),
    toRender: () =>
      read
        .select()
        .from(jobsToRender)
        .all()
        .map(({ jobId }) => jobId),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The events of an approved job with a voice, or without one. */
function approved(
  voice: { speed?: number } | null | undefined,
  scripts = ["Line one.", "Line two.", "Line three."],
): JobEvent[] {
  const { request } = created.data;
  const creative = { ...request.creative, ...(voice === undefined ? {} : { voice }) };
  const scenes = scripts.map((script, index) => scene(index + 1, { script }));
  return HISTORIES.video_processing.map((event) => {
    if (event === created) return { ...created, data: { ...created.data, request: { ...request, creative } } };
    return event === planned ? { ...planned, data: { ...planned.data, scenes } } : event;
  });
}

/** The answer of a server in good health. */
const pass: Answer = ({ text }) => new Response(tones(text).wav);
const status =
  (code: number): Answer =>
  () =>
    new Response(null, { status: code });

describe("speech worker", () => {
  test.each([
    ["absent", undefined],
    ["null", null],
  ] as const)("a job whose voice is %s is rendered without it", async (_name, voice) => {
    await using speech = startSpeechServer();
    await using opened = await open(speech.url);
    await opened.append("j1", approved(voice));
    expect(opened.toRender()).toEqual(["j1"]);
    expect(opened.toSpeak()).toEqual([]);
    expect(speech.received).toEqual([]);
  });

  test("a job with a voice is spoken scene by scene, and is rendered then", async () => {
    await using speech = startSpeechServer({ hasCaptions: true });
    await using opened = await open(speech.url);
    await opened.append("j1", approved({ speed: 1.1 }));
    expect(opened.toRender()).toEqual([]);
    await until(() => opened.toRender().length > 0);
    expect(opened.toSpeak()).toEqual([]);
    expect(speech.received.map(({ text, speed }) => [text, speed])).toEqual([
      ["Line one.", 1.1],
      ["Line two.", 1.1],
      ["Line three.", 1.1],
    ]);
    const lines = await opened.linesOf("j1");
    expect(lines.map(({ sceneId, cost, isReused }) => [sceneId, cost, isReused])).toEqual([
      ["s1", null, false],
      ["s2", null, false],
      ["s3", null, false],
    ]);
    const [first] = lines;
    expect(first?.words.map(({ text, timing }) => [text, timing])).toEqual([
      ["Line", "vendor"],
      ["one.", "vendor"],
    ]);
    await using sound = await opened.blobs.openLocal(first?.sha256 ?? "");
    const samples = readWav(await Bun.file(sound?.path ?? "").bytes());
    expect(samples.length / 48_000).toBeCloseTo(first?.duration ?? 0, 3);
  });

  test("after a restart the spoken lines are kept, and the one that was not answered is asked for again", async () => {
    const second = Promise.withResolvers<void>();
    const hang: Answer = () => {
      second.resolve();
      return new Promise<Response>(() => {});
    };
    await using speech = startSpeechServer({ answers: [pass, hang] });
    {
      await using opened = await open(speech.url);
      await opened.append("j1", approved({}));
      await second.promise;
    }
    await using opened = await open(speech.url);
    await until(() => opened.toRender().length > 0);
    expect(speech.received.map(({ text }) => text)).toEqual(["Line one.", "Line two.", "Line two.", "Line three."]);
    expect((await opened.linesOf("j1")).map(({ sceneId }) => sceneId)).toEqual(["s1", "s2", "s3"]);
  });

  test("another job of the owner with the same line reuses its sound at no cost", async () => {
    await using speech = startSpeechServer();
    await using opened = await open(speech.url);
    await opened.append("j1", approved({}));
    await until(() => opened.toRender().includes("j1"));
    await opened.append("j2", approved({}, ["Line two.", "New.", "Line one."]));
    await until(() => opened.toRender().includes("j2"));
    expect(speech.received.map(({ text }) => text)).toEqual(["Line one.", "Line two.", "Line three.", "New."]);
    const [before, after] = [await opened.linesOf("j1"), await opened.linesOf("j2")];
    expect(after.map(({ cost, isReused }) => [cost, isReused])).toEqual([
      [0, true],
      [null, false],
      [0, true],
    ]);
    expect(after[0]?.sha256).toBe(before[1]?.sha256 ?? "");
  });

  test("a script that cannot be spoken is a warning, and an empty one is silent", async () => {
    await using speech = startSpeechServer();
    await using opened = await open(speech.url);
    await opened.append("j1", approved({}, ["🙂", "", "7".repeat(400)]));
    await until(() => opened.toRender().length > 0);
    expect(speech.received).toEqual([]);
    const warnings = (await opened.eventsOf("j1")).flatMap((event) =>
      isRecorded(VoiceRecorded, event) ? event.data.warnings : [],
    );
    expect(warnings).toEqual([
      { sceneId: "s1", message: expect.stringContaining("no words") },
      { sceneId: "s3", message: expect.stringContaining("at most 60") },
    ]);
  });

  test("a vendor's error fails the job, and a retry speaks only what is left", async () => {
    await using speech = startSpeechServer({ answers: [pass, status(401)] });
    await using opened = await open(speech.url);
    await opened.append("j1", approved({}));
    await until(async () => (await opened.countOf("j1", "JobFailed")) > 0);
    expect(opened.toSpeak()).toEqual([]);
    await opened.append("j1", [JobRetried.of({ step: "rendering", plan: 1, waitingFor: [] })]);
    await until(() => opened.toRender().length > 0);
    expect(speech.received.map(({ text }) => text)).toEqual(["Line one.", "Line two.", "Line two.", "Line three."]);
    expect(await opened.countOf("j1", "LineSpoken")).toBe(3);
  });

  test("a retry after the voice was recorded renders again without speaking", async () => {
    await using speech = startSpeechServer();
    await using opened = await open(speech.url);
    await opened.append("j1", approved({}));
    await until(() => opened.toRender().length > 0);
    const { length } = speech.received;
    await opened.append("j1", [failed("rendering"), JobRetried.of({ step: "rendering", plan: 1, waitingFor: [] })]);
    await until(() => opened.toSpeak().length === 0 && opened.toRender().length > 0);
    expect(speech.received).toHaveLength(length);
  });
});
