import { describe, expect, test } from "bun:test";
import { eventsIn, startTestServer, until } from "../support/test_server.ts";
import { createOldBackend, media, reelog, temporaryPlace } from "./old_backend.ts";

const SECOND = 1_000;

/** Old status, approved, has scenes: status here, and the step that a retry begins with. */
const ENDINGS = [
  ["pending", 0, false, "failed", "planning"],
  ["queued", null, false, "failed", "planning"],
  ["storyboard_processing", 0, false, "failed", "planning"],
  ["storyboard_processing", 0, true, "failed", "planning"],
  ["storyboard_ready", 0, true, "storyboard_ready", null],
  ["storyboard_ready", 1, true, "failed", "rendering"],
  ["storyboard_ready", 0, false, "failed", "planning"],
  ["video_processing", 1, true, "failed", "rendering"],
  ["completed", 1, true, "failed", "rendering"],
  ["COMPLETED ", 0, true, "failed", "rendering"],
  ["completed", 1, false, "failed", "planning"],
  ["failed", 0, false, "failed", "planning"],
  ["failed", 0, true, "failed", "planning"],
  ["failed", 1, true, "failed", "rendering"],
  ["cancelled", 0, true, "cancelled", null],
  ["canceled", 0, false, "cancelled", null],
  ["someday", 0, true, "storyboard_ready", null],
  ["someday", 0, false, "failed", "planning"],
  [null, null, true, "storyboard_ready", null],
  [3, "yes", false, "failed", "planning"],
] as const;

describe("an old job", () => {
  test(
    "ends in a lawful state that claims no more than the old file holds, whatever its status was",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      old.insert("clients", { id: "c", user_id: null, name: "C" });
      for (const [index, [status, approved, hasScenes]] of ENDINGS.entries()) {
        const id = index + 1;
        const error_message = status === "failed" ? "The old renderer fell over" : null;
        old.insert("generated_videos", { id, status, approved, error_message, client_id: "c", parameters: "{}" });
        for (let scene = 1; hasScenes && scene <= 3; scene++) {
          const text = { description: `Scene ${scene}`, script: "Hello" };
          old.insert("job_scenes", {
            id: `${id}-${scene}`,
            job_id: id,
            scene_number: scene,
            duration_seconds: 5,
            ...text,
          });
        }
      }
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path);
      expect(said.status).toBe(0);
      expect(said.out).toMatch(/jobs +20 +0 +0 +0/);
      expect(said.out).toContain("job 17: its status 'someday' is unknown");
      expect((await reelog(place.dataDir, "replay", "--verify")).status).toBe(0);

      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      for (const [index, [status, , hasScenes, wanted]] of ENDINGS.entries()) {
        const { data } = await server.api("GET", `/jobs/${index + 1}`);
        expect(data).toMatchObject({
          status: wanted,
          videoUrl: null,
          scenes: hasScenes ? [{ duration: 5 }, { duration: 5 }, { duration: 5 }] : [],
          ...(status === "failed" ? { error: { message: "The old renderer fell over" } } : {}),
        });
      }
      const steps = eventsIn(place.dataDir).filter(({ type }) => type === "JobFailed");
      expect(steps.map(({ data }) => /"step":"(\w+)"/.exec(data)?.[1] ?? "")).toEqual(
        ENDINGS.flatMap(([, , , , step]) => step ?? []),
      );
      // Nothing was planned or rendered unasked.
      expect(server.eventTypes().filter((type) => type === "RenderStarted" || type === "JobRetried")).toEqual([]);
    },
    90 * SECOND,
  );

  test(
    "goes on by retry: one that was completed is rendered here, one without scenes is planned",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "blobs");
      old.insert("clients", { id: "c", user_id: null, name: "C" });
      old.insertAsset({ id: "photo", client_id: "c", name: "photo", asset_type: "image" }, await media("photo.jpg"));
      const creative = { video_specs: { duration: 3, resolution: "480p" }, direction: { style: "plain" } };
      const parameters = JSON.stringify({ creative, processed_asset_ids: ["photo"], ad_basics: { product: "Lamp" } });
      old.insert("generated_videos", { id: 1, status: "completed", approved: 1, client_id: "c", parameters });
      const scene = { job_id: 1, description: "A lamp", script: "Light", assets: '["photo"]' };
      old.insert("job_scenes", { ...scene, id: "a", scene_number: 1, duration_seconds: 1.5 });
      old.insert("job_scenes", { ...scene, id: "b", scene_number: 2, duration_seconds: 1.5 });
      old.insert("generated_videos", { id: 2, prompt: "A lamp", status: "pending", client_id: "c" });
      old.close();
      await reelog(place.dataDir, "import-legacy", old.path);
      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      for (const [id, wanted] of [
        [1, "completed"],
        [2, "storyboard_ready"],
      ] as const) {
        await server.api("POST", `/jobs/${id}/actions`, { action: "retry" });
        const seen: unknown[] = [];
        await until(async () => {
          const { data } = await server.api("GET", `/jobs/${id}`);
          const status = typeof data === "object" && data !== null && "status" in data ? data.status : null;
          seen.push(status);
          return status === wanted || status === "failed";
        });
        expect(seen.at(-1)).toBe(wanted);
      }
      const video = await server.get("/api/v3/jobs/1/video");
      expect(video.headers.get("content-type")).toBe("video/mp4");
    },
    120 * SECOND,
  );

  test(
    "keeps what it says in any shape, and its scenes add up to its video",
    async () => {
      using place = await temporaryPlace();
      const old = createOldBackend(place.directory, "oldest");
      old.insert("users", { id: 1, username: "local-ish", email: null });
      old.insert("clients", { id: "c", user_id: 1, name: "C" });
      const job = { status: "storyboard_ready", client_id: "c" };
      const insertScenes = (jobId: number, durations: readonly (number | string | null)[]) => {
        for (const [index, duration_seconds] of durations.entries()) {
          const scene = { job_id: jobId, scene_number: index + 1, duration_seconds };
          old.insert("job_scenes", { id: `${jobId}.${index}`, ...scene, assets: "{broken", metadata: "[1]" });
        }
      };
      const parameters = [
        "{not json",
        "null",
        "[1,2]",
        JSON.stringify({ context: "x", ad_basics: [1], creative: 5, advanced: "no", processed_asset_ids: "photo" }),
        JSON.stringify({
          adBasics: { product: { name: "Lamp" }, targetAudience: 7, keyMessage: null, callToAction: ["a"] },
          creative: { videoSpecs: { duration: "900", format: "4:3" }, direction: { visualElements: "one" } },
        }),
      ];
      for (const [index, text] of parameters.entries()) {
        old.insert("generated_videos", { id: index + 1, prompt: "A lamp", parameters: text, ...job });
      }
      insertScenes(1, [0, 0, 0]);
      insertScenes(2, [4.26, 4.24, 4.25]);
      insertScenes(3, [100, 200, 300]);
      insertScenes(4, [0.1, 0.1]);
      insertScenes(5, [null, "soon", 5]);
      old.close();
      const said = await reelog(place.dataDir, "import-legacy", old.path, "--owner", "local");
      expect(said.status).toBe(0);
      expect(said.out).toContain("job 1: its parameters are not valid JSON and are kept in advanced.legacy");
      await using server = await startTestServer({ DATA_DIR: place.dataDir });
      const durations = await Promise.all(
        parameters.map(async (_, index) => {
          const { data } = await server.api("GET", `/jobs/${index + 1}/scenes`);
          const scenes = scenesIn(data);
          return scenes.map(({ duration }) => duration);
        }),
      );
      expect(durations[1]).toEqual([4.3, 4.2, 4.3]);
      for (const [index, list] of durations.entries()) {
        const sum = Math.round(list.reduce((total, each) => total + each, 0) * 10) / 10;
        const { data } = await server.api("GET", `/jobs/${index + 1}`);
        expect(data).toMatchObject({ videoSpecs: { duration: sum, format: "16:9" } });
        expect(sum).toBeGreaterThanOrEqual(3);
        expect(sum).toBeLessThanOrEqual(180);
      }
      const { data } = await server.api("GET", "/jobs/1");
      expect(data).toMatchObject({
        adBasics: { product: "A lamp", targetAudience: "" },
        advanced: { legacy: { parameters: "{not json", prompt: "A lamp", status: "storyboard_ready" } },
      });
      const shaped = await server.api("GET", "/jobs/5");
      expect(shaped.data).toMatchObject({
        adBasics: { product: '{"name":"Lamp"}', targetAudience: "7", keyMessage: "", callToAction: '["a"]' },
        creative: { direction: { visualElements: ["one"] } },
      });
    },
    60 * SECOND,
  );
});

function scenesIn(data: unknown): { readonly duration: number }[] {
  const scenes = typeof data === "object" && data !== null && "scenes" in data ? data.scenes : [];
  return Array.isArray(scenes) ? scenes : [];
}
