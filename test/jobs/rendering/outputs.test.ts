import { expect, test } from "bun:test";
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from "mediabunny";
import { newClient } from "../../support/clients.ts";
import { act, readJob, readyJob, waitForStatus } from "../../support/jobs.ts";
import { newKey } from "../../support/keys.ts";
import { startTestServer, until } from "../../support/test_server.ts";

/** Reads the codecs, the number of frames and the audio packets of an MP4. */
async function readFilm(bytes: ArrayBuffer) {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  if (!video || !audio) throw new Error("the film lacks a track");
  let frames = 0;
  for await (const _packet of new EncodedPacketSink(video).packets()) frames++;
  const hash = new Bun.CryptoHasher("sha256");
  for await (const { data } of new EncodedPacketSink(audio).packets()) hash.update(data);
  return {
    codecs: [video.codec, audio.codec],
    frames,
    audio: hash.digest("hex"),
    size: [video.codedWidth, video.codedHeight],
  };
}

test("outputs: an approved job ends in a narrated film of each shape with the same sound, captions and stems", async () => {
  await using server = await startTestServer();
  const { api, get, eventTypes } = server;
  const words = { description: "A lantern in the dusk", shotType: "wide", transition: "cut", assets: [] };
  const storyboard = {
    scenes: [
      { ...words, duration: 1.4, script: "Light all night." },
      { ...words, duration: 1, script: "Order yours." },
      { ...words, duration: 0.6, script: "" },
    ],
  };
  const creative = {
    videoSpecs: { duration: 3, resolution: "480p" },
    storyboard,
    outputs: [{ format: "16:9" }, { name: "Reels DE", format: "9:16", platform: "reels" }],
  };
  const job = await readyJob(api, { clientId: await newClient(api), creative, body: { generateAudio: true } });
  expect(job.outputs.map(({ id, status, videoUrl }) => [id, status, videoUrl])).toEqual([
    ["o1", "pending", null],
    ["o2", "pending", null],
  ]);
  expect((await get(`/api/v3/jobs/${job.id}/captions.srt`)).status).toBe(404);
  await act(api, job, { action: "approve" });
  const done = await waitForStatus(api, job, "completed", "failed");
  expect([done.status, done.error]).toEqual(["completed", null]);
  expect(done.outputs.map(({ status, percentage, width, height }) => [status, percentage, width, height])).toEqual([
    ["completed", 100, 854, 480],
    ["completed", 100, 480, 854],
  ]);
  expect(eventTypes().filter((type) => type === "LineSpoken")).toHaveLength(2);
  const read = async (path: string) => {
    const response = await get(`/api/v3/jobs/${job.id}/${path}`);
    expect([path, response.status]).toEqual([path, 200]);
    return await response.arrayBuffer();
  };
  const films = await Promise.all(
    ["outputs/o1/video", "outputs/reels%20de/video"].map(async (path) => readFilm(await read(path))),
  );
  const [first, second] = films;
  expect(films.map(({ codecs }) => codecs)).toEqual([
    ["avc", "aac"],
    ["avc", "aac"],
  ]);
  expect(films.map(({ frames }) => frames)).toEqual([72, 72]);
  expect(second?.audio).toBe(first?.audio ?? "");
  expect(await read("video")).toEqual(await read("outputs/o1/video"));
  for (const path of ["outputs/o2/thumbnail", "audio/voice.wav", "audio/music.wav", "audio/mix.wav"]) {
    expect((await read(path)).byteLength).toBeGreaterThan(1000);
  }
  expect(Buffer.from(await read("captions.srt")).toString()).toContain("Light all night.");
  expect(Buffer.from(await read("captions.vtt")).toString()).toStartWith("WEBVTT");
  for (const path of ["outputs/o3/video", "outputs/nobody/thumbnail", "audio/drums.wav"]) {
    expect([path, (await get(`/api/v3/jobs/${job.id}/${path}`)).status]).toEqual([path, 404]);
  }
  const head = await get(`/api/v3/jobs/${job.id}/audio/mix.wav`, { method: "HEAD" });
  expect([head.status, head.headers.get("content-type")]).toEqual([200, "audio/wav"]);
  const part = await get(`/api/v3/jobs/${job.id}/outputs/o2/video`, { headers: { range: "bytes=0-9" } });
  expect([part.status, part.headers.get("content-range")?.startsWith("bytes 0-9/")]).toEqual([206, true]);

  // From the first key on, links are signed, and another owner finds nothing.
  const { dataDir } = server.config;
  const [own, other] = [await newKey(dataDir, "local"), await newKey(dataDir, "bob")];
  await until(async () => (await get("/api/v3/me")).status === 401);
  const signed = readJob(await api("GET", `/jobs/${job.id}`, undefined, own.headers));
  const links = [
    ...signed.outputs.flatMap(({ videoUrl, thumbnailUrl }) => [videoUrl, thumbnailUrl]),
    ...Object.values(signed.captionsUrl),
    ...Object.values(signed.audioUrl),
  ];
  expect(links).toHaveLength(9);
  for (const link of links) {
    const [path = ""] = (link ?? "").split("?");
    const forBob = await get(path, { headers: other.headers });
    expect([path, (await get(link ?? "")).status, forBob.status, (await get(path)).status]).toEqual([
      path,
      200,
      404,
      401,
    ]);
  }
});
