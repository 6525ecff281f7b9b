import type { BlobStore, LocalBlob } from "../../blobs/mod.ts";
import { AppError } from "../../core/errors.ts";
import type { AnimaticAsset, AnimaticSpec, MediaFormat, MediaKind } from "../../media/mod.ts";
import { toTenths, transitionOf, wordings } from "../../storyboard/mod.ts";
import type { JobState } from "../state.ts";
import type { Pictures } from "./pictures.ts";

/** A stored asset, as a renderer needs to know it. */
export interface StoredAsset {
  readonly sha256: string;
  readonly kind: MediaKind;
  readonly format: MediaFormat;
}

/** What a spec is made from. */
export interface SpecDeps {
  readonly blobs: BlobStore;
  /** undefined for an asset that is gone or not ready. */
  readonly storedAsset: (assetId: string) => StoredAsset | undefined;
  readonly pictures: Pictures;
  /** Whose job it is: owners take turns where images are decoded. */
  readonly owner: string;
  readonly signal?: AbortSignal | undefined;
}

/** A spec whose files stay where they are until it is disposed of. */
export interface HeldSpec extends AsyncDisposable {
  readonly spec: AnimaticSpec;
  /** The scenes that show less than was planned, because an asset is gone or cannot be drawn. */
  readonly missing: readonly { readonly sceneNumber: number; readonly message: string }[];
}

/**
 * What a renderer is given of a job: its scenes, and their assets as files. An image is given as its decoded picture, so
 * one that is hard to decode meets the limits of a single picture and never those of a whole render; what may be animated
 * is given as its stored bytes, too.
 */
export async function animaticOfJob(job: JobState, deps: SpecDeps): Promise<HeldSpec> {
  const { storedAsset } = deps;
  if (!job.created) throw new Error("Cannot render: the job was never created");
  const { request, specs, brand } = job.created;
  const stack = new AsyncDisposableStack();
  try {
    const files = new Map<string, AnimaticAsset>();
    const undrawn = new Map<string, string>();
    const shown = new Set(job.scenes.flatMap(({ assets }) => assets));
    for (const { assetId } of job.created.assets) {
      const stored = storedAsset(assetId);
      if (!stored || (stored.kind === "image" && !shown.has(assetId))) continue;
      const file = await fileOf(stored, deps, stack);
      if (file === "undrawable") undrawn.set(assetId, stored.format);
      else if (file) files.set(assetId, file);
    }
    const gone = (assetId: string) =>
      !files.has(assetId) && !undrawn.has(assetId) && storedAsset(assetId)?.kind !== "document";
    const scenes = job.scenes.map((scene, index) => ({
      sceneNumber: index + 1,
      durationTenths: toTenths(scene.duration),
      script: scene.script,
      description: scene.description,
      shotType: scene.shotType,
      transition: transitionOf(scene.transition),
      assets: scene.assets.flatMap((assetId) => files.get(assetId) ?? []),
    }));
    const bed = job.created.assets.map(({ assetId }) => files.get(assetId)).find((asset) => asset?.kind === "audio");
    const spec: AnimaticSpec = {
      format: specs.format,
      resolution: specs.resolution,
      fps: 24,
      scenes,
      callToAction: request.adBasics.callToAction,
      product: request.adBasics.product,
      brand: { colors: texts(brand?.colors), tone: texts(brand?.tone).join(", ") },
      audio: bed ? { path: bed.path } : null,
    };
    const missing = job.scenes.flatMap((scene, index) => {
      const sceneNumber = index + 1;
      const formats = scene.assets.flatMap((assetId) => undrawn.get(assetId) ?? []);
      return [
        ...(scene.assets.some(gone) ? [{ sceneNumber, message: "An asset of this scene is gone" }] : []),
        ...formats.map((format) => ({
          sceneNumber,
          message: `An image (${format}) cannot be shown: it is damaged, or takes too long to decode`,
        })),
      ];
    });
    return { spec, missing, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The formats whose animations are played from the stored bytes; the decoded picture is their first one. */
const MAY_BE_ANIMATED: ReadonlySet<MediaFormat> = new Set(["gif", "webp", "png"]);

async function fileOf(
  asset: StoredAsset,
  { blobs, pictures, owner, signal }: SpecDeps,
  stack: AsyncDisposableStack,
): Promise<AnimaticAsset | "undrawable" | null> {
  const { kind, format, sha256 } = asset;
  if (kind === "document") return null;
  if (kind === "image") {
    try {
      const picture = await pictures.hold(sha256, { signal, owner });
      if (!picture) return null;
      const still = { path: stack.use(picture).path, kind, format };
      const original = MAY_BE_ANIMATED.has(format) ? await blobs.openLocal(sha256) : null;
      return original ? { ...still, animation: stack.use(original).path } : still;
    } catch (error) {
      if (error instanceof AppError && error.code === "media_unreadable") return "undrawable";
      throw error;
    }
  }
  const local: LocalBlob | null = await blobs.openLocal(sha256);
  if (!local) return null;
  stack.use(local);
  return { path: local.path, kind, format };
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? wordings(Object.values(value)) : [];
}
