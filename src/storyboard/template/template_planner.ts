import type { Brief } from "../brief.ts";
import { allocate, sceneCount } from "../durations.ts";
import { finishScene, finishStoryboard } from "../finish_storyboard.ts";
import { placeAssets, purposeOf } from "../place_assets.ts";
import type { PlanUsage, RegenerationRequest, ScenePlanner } from "../planner.ts";
import type { ModelScene, PlannedScene } from "../scene_schema.ts";
import { BEAT_WEIGHTS, type Beat, beatsOf, type Narrative, narrativeOf, shotFor } from "./beats.ts";
import { type Chooser, chooser, hash } from "./chooser.ts";
import { describe } from "./describe.ts";
import { type Reading, readBrief } from "./read_brief.ts";
import { WORDS_PER_SECOND } from "./spoken_words.ts";
import { writeScripts } from "./write_scripts.ts";

const MODEL = "template-1";
/** The number of variants of a scene that are compared. */
const VARIANTS = 36;
/** The number of variants after which script and picture shift against each other; most lists have 2 or 3 entries. */
const LAP = 6;
const USAGE: PlanUsage = {
  provider: "template",
  model: MODEL,
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  durationMs: 0,
};

/**
 * Creates the default planner, which is offline and deterministic: the same brief, revision and feedback give the same
 * storyboard on every machine, and another revision gives another one.
 */
export function createTemplatePlanner(): ScenePlanner {
  return {
    name: "template",
    estimate: () => ({ cost: 0, currency: "USD", model: MODEL, tokens: { input: 0, output: 0 } }),
    async plan(brief, { signal }) {
      signal.throwIfAborted();
      return { scenes: planStoryboard(brief), usage: USAGE };
    },
    async regenerateScene(brief, request, { signal }) {
      signal.throwIfAborted();
      return { scene: planScene(brief, request), usage: USAGE };
    },
  };
}

function planStoryboard(brief: Brief): PlannedScene[] {
  const reading = readBrief(brief);
  const seed = seedOf(brief);
  const narrative = narrativeOf({ seed, revision: brief.revision, productFirst: reading.direction.productFirst });
  const choose = chooser(hash(seed), brief.revision);
  const beats = beatsOf(sceneCount(brief.duration, brief.bounds), narrative);
  const durations = allocate(
    beats.map((beat) => weigh(beat, reading)),
    brief.duration,
  );
  const scripts = writeScripts(
    beats.map((beat, index) => ({ beat, duration: durations[index] ?? 0 })),
    { reading, choose, avoid: (brief.previous ?? []).map(({ script }) => script) },
  );
  const assets = withAssets(beats, brief);
  const scenes = beats.map((beat, index) => {
    const keyed: Chooser = (list, key) => choose(list, `${index} ${key}`);
    return draft(reading, {
      beat,
      index,
      narrative,
      choose: keyed,
      duration: durations[index] ?? 0,
      script: scripts[index] ?? "",
      assets: assets[index] ?? [],
    });
  });
  return finishStoryboard(scenes, brief);
}

function planScene(brief: Brief, request: RegenerationRequest): PlannedScene {
  const { scenes, index, feedback, constraints, revision } = request;
  const replaced = scenes[index];
  const reading = readBrief(brief, feedback ? [feedback] : []);
  const beats = beatsOf(scenes.length, "problem");
  const beat = beatOf(replaced?.metadata?.beat) ?? beats[index] ?? "use";
  const duration = constraints?.duration ?? replaced?.duration ?? brief.duration;
  const seed = hash(`${seedOf(brief)} scene ${index}`);
  const avoid = scenes.flatMap(({ script }, other) => (other === index ? [] : [script]));
  const variant = (number: number) => {
    // Script and picture advance at different rates; in step they would repeat together after the longest list.
    const words = chooser(seed, brief.revision + number + Math.floor(number / LAP));
    const writing = { reading, choose: words, avoid, prefersName: number % 2 === 1 };
    const [script = ""] = writeScripts([{ beat, duration }], writing);
    const scene = draft(reading, {
      beat,
      index,
      narrative: "problem",
      choose: chooser(seed, brief.revision + number),
      duration,
      script,
      assets: [...(constraints?.mustIncludeAssets ?? []), ...(replaced?.assets ?? [])],
      ...(constraints?.style ? { style: constraints.style } : {}),
    });
    return finishScene(scene, brief, request);
  };
  const first = planStoryboard(brief).slice(index, index + 1);
  const candidates = Array.from({ length: VARIANTS }, (_, number) => variant(number));
  const variants = inTurn([...first, ...candidates]).slice(first.length);
  const next = variants.map((scene, step) => variants[(revision - 1 + step) % variants.length] ?? scene);
  const others = next.filter(({ description }) => description !== replaced?.description);
  return others.find(({ script }) => script !== replaced?.script) ?? others[0] ?? variant(revision);
}

/** Removes duplicates and orders the rest so that neighbours differ in script and picture if possible. */
function inTurn(scenes: readonly PlannedScene[]): PlannedScene[] {
  const left = scenes.filter((scene, index) => scenes.findIndex((other) => isSame(scene, other)) === index);
  const ordered: PlannedScene[] = [];
  while (left.length > 0) {
    const last = ordered.at(-1);
    const fresh = left.findIndex((scene) => scene.script !== last?.script && scene.description !== last?.description);
    const other = fresh >= 0 ? fresh : left.findIndex((scene) => scene.description !== last?.description);
    ordered.push(...left.splice(Math.max(0, other), 1));
  }
  return ordered;
}

function isSame(one: PlannedScene, other: PlannedScene): boolean {
  return one.script === other.script && one.description === other.description;
}

interface Draft {
  readonly beat: Beat;
  readonly index: number;
  readonly narrative: Narrative;
  readonly choose: Chooser;
  readonly duration: number;
  readonly script: string;
  readonly assets: readonly string[];
  readonly style?: string;
}

function draft(
  reading: Reading,
  { beat, index, narrative, choose, duration, script, assets, style }: Draft,
): ModelScene {
  const { brief, direction, tone } = reading;
  const used = [...new Set(assets)].flatMap((id) => brief.assets.filter((asset) => asset.id === id));
  const hasLogo = used.some((asset) => purposeOf(asset) === "brand_logo");
  const steady = index === 0 ? (tone.transitions.includes("fade") ? "fade" : "cut") : undefined;
  return {
    duration,
    script,
    description: describe(reading, { beat, index, assets: used, script, choose, ...(style ? { style } : {}) }),
    shotType:
      direction.shot && beat !== "cta"
        ? direction.shot
        : beat === "cta" && hasLogo
          ? "text_card"
          : shotFor(beat, choose),
    transition: direction.transition ?? steady ?? choose(tone.transitions, "transition") ?? "cut",
    assets: [...assets],
    metadata: {
      beat,
      narrative,
      tone: tone.name,
      ...(direction.notes.length > 0 ? { direction: [...direction.notes] } : {}),
    },
  };
}

/** Places every asset, and gives each scene a picture if there are any. */
function withAssets(beats: readonly Beat[], brief: Brief): string[][] {
  const slots = beats.map((beat) => ({ beat, shotType: beat === "product" ? "product" : "medium", assets: [] }));
  const placed = placeAssets(slots, brief.assets);
  const pictures = brief.assets.filter(
    (asset) =>
      (asset.kind === "image" || asset.kind === "video") &&
      !["first_frame", "closing_frame", "brand_logo"].includes(purposeOf(asset)),
  );
  const visible = (id: string) => brief.assets.some((asset) => asset.id === id && asset.kind !== "audio");
  const people = pictures.filter((asset) => purposeOf(asset) !== "product_shot");
  return placed.map((ids, index) => {
    if (ids.some(visible) || pictures.length === 0) return ids;
    // Scenes before the product's entrance prefer other pictures.
    const early = beats.indexOf("product") > index && people.length > 0 ? people : pictures;
    const again = early[index % early.length];
    return again ? [again.id, ...ids] : ids;
  });
}

function weigh(beat: Beat, { message, action, language, spokenWords }: Reading): number {
  const seconds = (text: string) => spokenWords(text) / WORDS_PER_SECOND;
  if (beat === "cta") return Math.max(BEAT_WEIGHTS.cta, Math.min(9, seconds(action) + 1));
  if (beat === "product") return Math.max(BEAT_WEIGHTS.product, Math.min(9, seconds(message[0] ?? "") + 2));
  return BEAT_WEIGHTS[beat] + (language === "other" ? 0.5 : 0);
}

function seedOf({ adBasics, direction }: Brief): string {
  return [adBasics.product, adBasics.targetAudience, adBasics.keyMessage, direction.style].join("\u0000");
}

function beatOf(value: unknown): Beat | undefined {
  return Object.keys(BEAT_WEIGHTS).find((beat): beat is Beat => beat === value);
}
