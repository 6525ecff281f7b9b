import type { BriefAsset } from "./brief.ts";
import { shotTypeOf } from "./vocabulary.ts";

/** A scene that assets can be placed in; the template planner sets `beat`. */
export interface PlaceableScene {
  readonly shotType: string;
  readonly assets: readonly string[];
  readonly beat?: string;
}

/** The purpose of an asset, from its free-text role, else its tags, else its name. */
export type AssetPurpose =
  | "first_frame"
  | "closing_frame"
  | "brand_logo"
  | "product_shot"
  | "background"
  | "lifestyle"
  | "sound"
  | "evidence"
  | "any";

const PURPOSES: readonly (readonly [RegExp, AssetPurpose])[] = [
  [/first frame|opening|opener|intro\b|hook/, "first_frame"],
  [/closing|last frame|end ?card|outro|end frame|final frame/, "closing_frame"],
  [/\blogo|brand ?mark|wordmark/, "brand_logo"],
  [/product|pack ?shot|hero|packaging/, "product_shot"],
  [/background|backdrop|b ?roll|texture|scenery/, "background"],
  [/lifestyle|people|customer|in use|user\b|testimonial/, "lifestyle"],
];

const purposes = new WeakMap<BriefAsset, AssetPurpose>();

/** Returns the purpose of an asset, cached because every scene needs it. */
export function purposeOf(asset: BriefAsset): AssetPurpose {
  const purpose = purposes.get(asset) ?? readPurpose(asset);
  purposes.set(asset, purpose);
  return purpose;
}

function readPurpose(asset: BriefAsset): AssetPurpose {
  if (asset.kind === "audio") return "sound";
  for (const text of [asset.role ?? "", (asset.tags ?? []).join(" "), asset.name]) {
    const plain = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");
    const found = PURPOSES.find(([words]) => words.test(plain));
    if (found) return found[1];
  }
  return asset.kind === "document" || asset.kind === "font" ? "evidence" : "any";
}

/**
 * Returns the asset ids of each scene: its own (known ids only, once each), plus every unused asset, placed by purpose.
 * A first frame opens, a closing frame or logo ends, a product shot goes to a product scene, sound starts with the
 * video, and the rest fills the emptiest scenes.
 */
export function placeAssets(scenes: readonly PlaceableScene[], assets: readonly BriefAsset[]): string[][] {
  const known = new Set(assets.map(({ id }) => id));
  const placed = scenes.map((scene) => [...new Set(scene.assets)].filter((id) => known.has(id)));
  const used = new Set(placed.flat());
  for (const asset of [...assets].sort((a, b) => order(a) - order(b))) {
    if (used.has(asset.id)) continue;
    used.add(asset.id);
    const slots = slotsFor(purposeOf(asset), scenes);
    const emptiest = slots.reduce(
      (best, slot) => (size(placed, slot) < size(placed, best) ? slot : best),
      slots[0] ?? 0,
    );
    placed[emptiest]?.push(asset.id);
  }
  return placed;
}

// Assets with a purpose are placed first; the others then fill the emptiest scenes.
function order(asset: BriefAsset): number {
  return purposeOf(asset) === "any" ? 1 : 0;
}

function slotsFor(purpose: AssetPurpose, scenes: readonly PlaceableScene[]): number[] {
  const last = scenes.length - 1;
  const where = (test: (scene: PlaceableScene, index: number) => boolean) =>
    scenes.flatMap((scene, index) => (test(scene, index) ? [index] : []));
  const orMiddle = (slots: number[]) => (slots.length > 0 ? slots : [scenes.length >> 1]);
  switch (purpose) {
    case "first_frame":
    case "sound":
      return [0];
    case "closing_frame":
    case "brand_logo":
      return [last];
    case "product_shot":
      return orMiddle(
        where((scene) => (scene.beat ? /product|use/.test(scene.beat) : shotTypeOf(scene.shotType) === "product")),
      );
    case "evidence":
      return orMiddle(where((scene) => scene.beat === "proof"));
    case "lifestyle":
      return orMiddle(
        where(
          (scene, index) => index < last && (scene.beat ? !/product/.test(scene.beat) : scene.shotType !== "product"),
        ),
      );
    case "background":
    case "any":
      return scenes.length === 1 ? [0] : where((_, index) => index < last);
  }
}

function size(placed: readonly (readonly string[])[], slot: number): number {
  return placed[slot]?.length ?? 0;
}
