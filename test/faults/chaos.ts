import { expect } from "bun:test";
import { randomOf } from "../histories/mod.ts";
import { readClient } from "../support/clients.ts";
import { jobBody, readJob } from "../support/jobs.ts";
import { newKey } from "../support/keys.ts";
import { until } from "../support/test_server.ts";
import { ATTACKS } from "./attacks.ts";
import { prove } from "./prove.ts";
import { type RestartableServer, startRestartable } from "./restartable_server.ts";
import { createVisitor, type Visitor } from "./visitor.ts";

/** A stretch of life under kills. */
export interface ChaosOptions {
  /** Makes the same decisions again: what visitors ask for, and after how long each server is killed. */
  readonly seed: number;
  readonly kills: number;
  readonly visitors: number;
  /** Attackers beside them, each with a valid key. Default: none, at a server without keys. */
  readonly attackers?: number;
}

/** The result of a run. */
export interface ChaosResult {
  readonly promises: number;
  /** The number of attacks of each kind. */
  readonly attacks: Readonly<Record<string, number>>;
}

type Random = (below: number) => number;

const FILES = [
  "photo.png",
  "photo.jpg",
  "logo.svg",
  "tone.mp3",
  "pages.pdf",
  "h264_aac.mp4",
  "status/404",
  "gzip/photo.png",
];
/** Asset files that a storyboard can show. */
const SHOWN = ["photo.png", "photo.jpg", "photo.webp"];
const LONGEST_LIFE_MS = 2_500;

/**
 * Lets visitors work while the server is killed at random times, and attackers do their worst; then all work settles, and
 * is proved.
 */
export async function liveThroughChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, kills, visitors, attackers = 0 } = options;
  const random = randomOf(seed);
  await using place = await startRestartable();
  const headersOf = async (owner: string) => (attackers > 0 ? (await newKey(place.dataDir, owner)).headers : {});
  const [ann, mallory] = [await headersOf("ann"), await headersOf("mallory")];
  const person = (headers: Readonly<Record<string, string>>) => ({
    visitor: createVisitor(place, headers),
    random: randomOf(random(2 ** 31)),
  });
  const crowd = Array.from({ length: visitors }, () => person(ann));
  const gang = Array.from({ length: attackers }, () => person(mallory));
  if (attackers > 0) await until(async () => (await crowd[0]?.visitor.get("/me"))?.status === 200);
  let isOver = false;
  const working = crowd.map(async ({ visitor, random }) => {
    const client = readClient(await visitor.send("POST", "/clients", { name: "Acme" }));
    while (!isOver) await doSomething({ place, visitor, random, clientId: client.id });
  });
  const kinds = Object.entries(ATTACKS);
  const attacks: Record<string, number> = Object.fromEntries(kinds.map(([name]) => [name, 0]));
  const attacking = gang.map(async ({ visitor, random }) => {
    while (!isOver) {
      const [name = "", attack] = kinds[random(kinds.length)] ?? [];
      await attack?.({ place, visitor, random, headers: mallory });
      attacks[name] = (attacks[name] ?? 0) + 1;
    }
  });
  const killing = (async () => {
    for (let kill = 0; kill < kills; kill++) {
      await Bun.sleep(100 + random(LONGEST_LIFE_MS));
      await place.restart();
    }
    isOver = true;
  })();
  await Promise.all([killing, ...working, ...attacking]);
  await allSettled(crowd[0]?.visitor);
  await allSettled(gang[0]?.visitor);
  const all = [...crowd, ...gang].map(({ visitor }) => visitor);
  expect(all.flatMap(({ faults }) => faults)).toEqual([]);
  const promises = all.flatMap((visitor) => visitor.promises);
  await prove(place, promises);
  return { promises: promises.length, attacks };
}

interface Scene {
  readonly place: RestartableServer;
  readonly visitor: Visitor;
  readonly random: Random;
  readonly clientId: string;
}

async function doSomething({ place, visitor, random, clientId }: Scene): Promise<void> {
  const url = (files: readonly string[]) => `${place.origin.url}/${files[random(files.length)]}`;
  switch (random(3)) {
    case 0:
      await visitor.send("POST", "/assets/from-url", { name: "by chance", type: "image", url: url(FILES), clientId });
      return;
    case 1: {
      await visitor.send("POST", "/assets/from-url", { name: "kept", type: "image", url: url(SHOWN), tags: ["a"] });
      return;
    }
    default: {
      const assets = Array.from({ length: random(3) }, () => ({ url: url(SHOWN) }));
      const creative = { videoSpecs: { duration: 3, resolution: "480p" } };
      const job = readJob(await visitor.send("POST", "/jobs", jobBody({ clientId, assets, creative })));
      const ready = await settled(visitor, job.id, "storyboard_ready");
      if (ready !== "storyboard_ready") return;
      const actions = [
        { action: "approve" },
        { action: "cancel" },
        { action: "reject_storyboard", payload: { feedback: "Calmer" } },
        { action: "regenerate_scene", payload: { sceneNumber: 1, feedback: "Shorter" } },
      ];
      await visitor.send("POST", `/jobs/${job.id}/actions`, actions[random(actions.length)]);
      await settled(visitor, job.id, "storyboard_ready");
      await visitor.send("POST", `/jobs/${job.id}/actions`, { action: random(2) === 0 ? "cancel" : "approve" });
    }
  }
}

async function settled(visitor: Visitor, jobId: string, ...also: string[]): Promise<string> {
  for (;;) {
    const { status } = readJob(await visitor.get(`/jobs/${jobId}`));
    if (["completed", "failed", "cancelled", ...also].includes(status)) return status;
    await Bun.sleep(50);
  }
}

/** Many bombs, each with the whole CPU time of a decoder on a busy machine. */
const SETTLING_MS = 900_000;

/** Cancels what still waits for somebody, and waits for the rest. */
async function allSettled(visitor: Visitor | undefined): Promise<void> {
  if (!visitor) return;
  let unsettled = "";
  const hasSettled = async () => {
    const { data } = await visitor.get("/jobs?limit=1000");
    const open = Array.isArray(data) ? data.filter(({ status }) => !/completed|failed|cancelled/.test(status)) : [];
    for (const { id, status } of open) {
      if (status === "storyboard_ready") await visitor.send("POST", `/jobs/${id}/actions`, { action: "cancel" });
    }
    const pending = (await visitor.get("/assets?status=pending")).data;
    if (!Array.isArray(pending)) return false;
    unsettled = [...open, ...pending].map(({ id, status, name }) => `${id} (${name}) is ${status}`).join(", ");
    return unsettled === "";
  };
  await until(hasSettled, { waitMs: SETTLING_MS, what: () => `all is settled: ${unsettled}` });
}
