import { describe, expect, test } from "bun:test";
import { eventsIn, startTestServer } from "../support/test_server.ts";
import { createOldBackend, media, type OldBackend, reelog, temporaryPlace } from "./old_backend.ts";

const SECOND = 1_000;
const DONE = { status: "completed", approved: 1, client_id: "c", parameters: "{}", actual_cost: 4.2 };

function insertScene(old: OldBackend, jobId: number): void {
  old.insert("job_scenes", {
    id: `scene-of-${jobId}`,
    job_id: jobId,
    scene_number: 1,
    duration_seconds: 5,
    description: "A lamp",
    script: "Light",
  });
}

function typesOf(dataDir: string, stream: string): string[] {
  return eventsIn(dataDir)
    .filter((event) => event.stream === stream)
    .map(({ type }) => type);
}

describe("a film of the old file", () => {
  test(
    "is the video of its job here: the same bytes, with its facts, its picture and where it came from",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      const film = await media("h264_aac.mp4");
      const photo = await media("photo.jpg");
      old.insert("clients", { id: "c", user_id: null, name: "C" });
      old.insert("generated_videos", { ...DONE, id: 1, video_data: film, thumbnail_data: photo, views: 7 });
      insertScene(old, 1);
      old.insert("generated_videos", { ...DONE, id: 2, prompt: "A lamp", video_data: await media("vp9.webm") });
      // No picture can be made of this film here, so that the old one is taken.
      old.insert("generated_videos", { ...DONE, id: 3, video_data: await media("mpeg4.avi"), thumbnail_data: photo });
      old.insert("generated_videos", { ...DONE, id: 4, status: "cancelled", video_data: film });
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said.status).toBe(0);
      expect(said.out).toMatch(/jobs +4 +0 +0 +0\nvideos +4 +0 +0 +0/);
      expect(said.out).toContain("job 2: it has no scenes: its film is shown as one scene");
      expect(said.out).toContain("job 4: its status was 'cancelled', but it has a film");
      expect(typesOf(place.dataDir, "job-1")).toEqual([
        "JobCreated",
        "JobAssetsReady",
        "ScenesGenerated",
        "StoryboardApproved",
        "RenderStarted",
        "VideoRendered",
        "JobCompleted",
      ]);
      const started = eventsIn(place.dataDir).find(({ type }) => type === "RenderStarted");
      expect(started?.data).toContain('"renderer":"legacy"');

      const before = eventsIn(place.dataDir).length;
      const again = await reelog(place.dataDir, "import-legacy", old.path);
      expect(again.out).toMatch(/jobs +0 +0 +4 +0\nvideos +0 +0 +4 +0/);
      expect(eventsIn(place.dataDir)).toHaveLength(before);
      expect((await reelog(place.dataDir, "replay", "--verify")).status).toBe(0);
      expect((await reelog(place.dataDir, "verify")).status).toBe(0);

      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      const job = await server.api("GET", "/jobs/1");
      expect(job.data).toMatchObject({
        status: "completed",
        progress: { percentage: 100 },
        actualCost: 4.2,
        error: null,
      });
      const video = await server.get("/api/v3/jobs/1/video");
      expect(video.headers.get("content-type")).toBe("video/mp4");
      expect(await video.bytes()).toEqual(film);
      expect((await server.get("/api/v3/jobs/1/thumbnail")).headers.get("content-type")).toBe("image/webp");
      expect((await server.get("/api/v3/jobs/2/video")).headers.get("content-type")).toBe("video/webm");
      const second = await server.api("GET", "/jobs/2");
      expect(second.data).toMatchObject({ scenes: [{ description: "A lamp" }] });
      expect((await server.get("/api/v3/jobs/3/video")).status).toBe(200);
      expect((await server.get("/api/v3/jobs/3/thumbnail")).status).toBe(200);
    },
    90 * SECOND,
  );

  test(
    "that is damaged is reported, and its job comes with all the rest",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      const film = await media("h264_aac.mp4");
      old.insert("clients", { id: "c", user_id: null, name: "C" });
      old.insert("generated_videos", { ...DONE, id: 1, video_data: film.subarray(0, film.length / 2) });
      insertScene(old, 1);
      old.insert("generated_videos", { ...DONE, id: 2, video_data: await media("photo.jpg") });
      old.insert("generated_videos", { ...DONE, id: 3, video_data: "no bytes, but words" });
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said.status).toBe(0);
      expect(said.out).toMatch(/jobs +3 +0 +0 +0\nvideos +0 +3 +0 +0/);
      for (const id of [1, 2, 3]) expect(said.out).toContain(`job ${id}: its film cannot be used: Cannot`);
      const before = eventsIn(place.dataDir).length;
      await reelog(place.dataDir, "import-legacy", old.path);
      expect(eventsIn(place.dataDir)).toHaveLength(before);
      // Nothing of them is left behind, and the old file still has them.
      expect((await reelog(place.dataDir, "sweep")).out).not.toMatch(/[1-9]\d* contents? removed/);
      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      const { data } = await server.api("GET", "/jobs/1");
      expect(data).toMatchObject({ status: "failed", videoUrl: null, scenes: [{ description: "A lamp" }] });
      expect(JSON.stringify(data)).toContain("the old file's cannot be used");
    },
    90 * SECOND,
  );

  test(
    "that an earlier import left behind comes with the next one, unless somebody went on with its job",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      old.insert("clients", { id: "c", user_id: null, name: "C" });
      for (const id of [1, 2]) {
        old.insert("generated_videos", { ...DONE, id, created_at: "2023-04-01 12:00:00" });
        insertScene(old, id);
      }
      await reelog(place.dataDir, "import-legacy", old.path);
      {
        await using server = await startTestServer({ DATA_DIR: place.dataDir });
        expect((await server.api("GET", "/jobs/1")).data).toMatchObject({ status: "failed" });
        await server.api("POST", "/jobs/2/actions", { action: "cancel" });
      }
      old.db.query("UPDATE generated_videos SET video_data = ?").run(await media("h264_aac.mp4"));
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said.out).toMatch(/jobs +0 +0 +2 +0\nvideos +1 +0 +1 +0/);
      expect(said.out).toContain("job 1: its film was missing and has been imported");
      expect(typesOf(place.dataDir, "job-1").slice(-4)).toEqual([
        "JobRetried",
        "RenderStarted",
        "VideoRendered",
        "JobCompleted",
      ]);
      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      expect((await server.api("GET", "/jobs/1")).data).toMatchObject({ status: "completed" });
      expect((await server.get("/api/v3/jobs/1/video")).status).toBe(200);
    },
    90 * SECOND,
  );
});

describe("what else the old file holds", () => {
  test(
    "comes as assets where it is generated pictures and sounds, and is named where it has no place",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      const photo = await media("photo.jpg");
      old.insert("clients", { id: "c", user_id: null, name: "C" });
      old.insertAsset({ id: "1", client_id: "c", name: "photo", asset_type: "image" }, photo);
      const made = { client_id: "c", created_at: "2023-05-01 10:00:00" };
      old.insert("generated_images", { id: 1, prompt: "A red lamp", collection: "lamps", image_data: photo, ...made });
      old.insert("generated_audio", { id: 1, prompt: "A hum", audio_data: await media("tone.mp3"), ...made });
      old.insert("creative_briefs", { id: "b", user_id: null, creative_direction: "{}", image_data: photo });
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said.status).toBe(0);
      expect(said.out).toMatch(/assets +3 +0 +0 +0/);
      expect(said.out).toContain("creative_briefs: 1");
      const again = await reelog(place.dataDir, "import-legacy", old.path);
      expect(again.out).toMatch(/assets +0 +0 +3 +0/);
      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      const image = await server.api("GET", "/assets/generated-images-1");
      expect(image.data).toMatchObject({ name: "A red lamp", clientId: "c", tags: ["generated", "lamps"] });
      expect(await (await server.get("/api/v3/assets/generated-images-1/data")).bytes()).toEqual(photo);
      expect((await server.api("GET", "/assets/generated-audio-1")).data).toMatchObject({ type: "audio" });
    },
    90 * SECOND,
  );
});
