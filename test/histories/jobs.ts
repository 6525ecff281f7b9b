import { type AssetCommand, assetDecider } from "../../src/assets/decide.ts";
import { assetStream } from "../../src/assets/events.ts";
import { AppError } from "../../src/core/errors.ts";
import { execute } from "../../src/event_log/mod.ts";
import type { JobCommand } from "../../src/jobs/command.ts";
import { jobDecider } from "../../src/jobs/decide.ts";
import { jobStream, type StoredScene } from "../../src/jobs/events.ts";
import { allocate } from "../../src/storyboard/mod.ts";
import type { History } from "./mod.ts";

const SHA256 = "ab".repeat(32);
const USAGE = { provider: "template", model: "t", inputTokens: 1, outputTokens: 2, cost: 0.25, durationMs: 3 } as const;
const BLOB = { blobId: "video", sha256: SHA256, sizeBytes: 9 };

/** Thirty jobs of two owners over six assets: every command at any time, as people and workers would send them. */
export const jobsHistory: History = async (log, random) => {
  const pick = <Item>(...items: readonly [Item, ...Item[]]): Item => items[random(items.length)] ?? items[0];
  const assetIds = ["a0", "a1", "a2", "a3", "a4", "a5"] as const;

  const scenes = (): StoredScene[] =>
    allocate(
      Array.from({ length: 2 + random(4) }, () => 1 + random(9)),
      15,
    ).map((duration, index) => ({
      sceneId: `scene ${random(1_000)} ${index}`,
      duration,
      description: `view ${random(9)}`,
      script: `line ${random(9)}`,
      shotType: pick("wide", "product"),
      transition: "cut",
      assets: [pick(...assetIds)],
      metadata: {},
    }));

  function created(): JobCommand {
    const used = assetIds.slice(random(3), 3 + random(3));
    const adBasics = { product: "p", targetAudience: "t", keyMessage: "k", callToAction: "c" };
    const context = { clientId: pick("client-1", "client-2"), campaignId: pick(null, "campaign-1") };
    return {
      do: "create",
      job: {
        request: { context, adBasics, creative: { direction: { style: "s" } } },
        specs: { duration: 15, format: "16:9", resolution: "720p" },
        assets: used.map((assetId) => ({ assetId, role: null, imported: true, ready: random(2) === 0 })),
        brand: null,
        estimatedCost: 1,
        sceneBounds: { min: 1, max: 7 },
      },
    };
  }

  function command(): JobCommand {
    const scene = 1 + random(4);
    const error = { code: pick("source_error", "unavailable"), message: "Cannot", assetId: pick(null, "a1") } as const;
    const plan = 1 + random(3);
    const facts = { kind: "image" as const, name: "n", tags: [], width: 1, height: 1, duration: null };
    const assets = assetIds.map((assetId) => ({ assetId, ...facts }));
    switch (random(16)) {
      case 0:
        return created();
      case 1:
      case 2:
        return { do: "note assets ready", assets, cost: 0.5 };
      case 3:
      case 4:
        return { do: "store scenes", plan, scenes: scenes(), usage: pick(null, USAGE) };
      case 5:
        return { do: "fail", step: pick("assets", "planning", "rendering"), error };
      case 6:
        return pick<JobCommand>({ do: "retry", waitingFor: [pick(...assetIds)] }, { do: "retry", waitingFor: [] });
      case 7:
        return random(4) > 0 ? { do: "approve" } : { do: "cancel" };
      case 8:
        return pick<JobCommand>(
          { do: "reject storyboard", feedback: `no ${random(9)}` },
          { do: "regenerate all scenes", feedback: pick(null, "yes") },
        );
      case 9:
      case 10:
        return { do: "regenerate scene", scene, feedback: null, constraints: pick(null, { duration: 2 + random(3) }) };
      case 11:
        return {
          do: "update scene",
          scene,
          changes: pick({ script: `new ${random(9)}` }, { duration: 1 + random(6) }),
        };
      case 12:
        return { do: "delete scene", scene };
      case 13:
        return { do: "start render", renderer: "animatic" };
      case 14:
        return { do: "note render progress", fraction: random(10) / 10 };
      default: {
        const thumbnail = pick(null, {
          ...BLOB,
          blobId: "thumbnail",
          sha256: "cd".repeat(32),
          contentType: "image/webp",
        });
        const video = { ...BLOB, contentType: "video/mp4", width: 1280, height: 720, duration: 15, cost: 0.125 };
        return random(3) > 0
          ? { do: "start render", renderer: "r" }
          : { do: "complete", outputs: [{ outputId: "o1", video: { ...video, thumbnail, warnings: [] } }] };
      }
    }
  }

  /** Returns a worker's answer to the first running regeneration. */
  function answerOf(job: { regenerating: ReadonlyMap<string, { revision: number }> }): JobCommand | null {
    const [asked] = job.regenerating;
    if (!asked) return null;
    const [sceneId, { revision }] = asked;
    const error = { code: "source_timeout", message: "Cannot" } as const;
    const { sceneId: _, ...scene } = scenes()[0] ?? { sceneId: "", ...EMPTY };
    return random(2) > 0
      ? { do: "store scene", sceneId, revision, scene, usage: USAGE }
      : { do: "fail scene", sceneId, revision, error };
  }

  async function run(id: string, owner: string, asked: JobCommand) {
    const at = { log, decider: jobDecider, stream: jobStream(id), id, metadata: { owner, actor: "test" } };
    return await execute(asked, at).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    });
  }

  for (let step = 0; step < 1_500; step++) {
    const number = random(30);
    const owner = number % 2 === 0 ? "ann" : "bob";
    const after = await run(`${number}`, owner, command());
    const answer = after && random(2) > 0 ? answerOf(after.state) : null;
    if (answer) await run(`${number}`, owner, answer);
    if (random(6) === 0) await settleOne(pick(...assetIds));
  }

  await voiced();

  /** A job with a voice and three outputs, one of which fails, from its request to its videos. */
  async function voiced(): Promise<void> {
    const asked = created();
    if (asked.do !== "create") return;
    const { request } = asked.job;
    const job = { ...asked.job, request: { ...request, creative: { ...request.creative, voice: { speed: 1.1 } } } };
    const sound = { key: SHA256, ...BLOB, duration: 1.5, words: [], cost: 0, isReused: false };
    const by = { provider: "flite", model: "m", voice: "slt", speed: 1.1 };
    const video = { ...BLOB, contentType: "video/mp4", width: 1280, height: 720, duration: 15, cost: 0.125 };
    const mixed = { soundtrack: BLOB, voice: BLOB, music: null, mix: BLOB, srt: BLOB, vtt: BLOB };
    const made = { ...video, thumbnail: null, warnings: [] };
    const error = { code: "media_unreadable", message: "Cannot" } as const;
    const path: readonly JobCommand[] = [
      { do: "create", job },
      { do: "note assets ready", assets: [], cost: 0 },
      { do: "store scenes", plan: 1, scenes: scenes(), usage: USAGE },
      { do: "approve" },
      { do: "store line", line: { sceneId: "scene", ...sound, ...by } },
      { do: "finish voice", warnings: [] },
      { do: "start render", renderer: "animatic" },
      { do: "store sound", sound: { ...mixed, loudness: -14, truePeak: -1.5, warnings: [] } },
      { do: "note render progress", fraction: 0.5 },
      {
        do: "complete",
        outputs: [
          { outputId: "o1", video: made },
          { outputId: "o2", video: made },
          { outputId: "o3", error },
        ],
      },
    ];
    for (const step of path) await run("voiced", "ann", step);
  }

  async function settleOne(id: string): Promise<void> {
    const asset = { name: id, type: null, source: { kind: "url" as const, url: "https://x.test/" }, tags: [] };
    const blob = { blobId: "image", sha256: "ef".repeat(32), sizeBytes: 5, sentContentType: null };
    const facts = { kind: "image" as const, format: "png" as const, contentType: "image/png" };
    const nothing = { width: null, height: null, duration: null, pageCount: null };
    const commands: readonly [AssetCommand, ...AssetCommand[]] = [
      { do: "request", asset: { ...asset, clientId: null, campaignId: null }, blob },
      { do: "describe", facts: { ...facts, ...nothing }, thumbnail: null },
      { do: "fail", code: "source_error", message: "Cannot" },
      { do: "retry" },
      { do: "store blob", blob },
    ];
    const at = { log, decider: assetDecider, stream: assetStream(id), id, metadata: { owner: "ann", actor: "test" } };
    await execute(pick(...commands), at);
  }
};

const EMPTY = {
  duration: 1,
  description: "d",
  script: "",
  shotType: "wide",
  transition: "cut",
  assets: [],
  metadata: {},
};
