import type { BlobStore, LocalBlob } from "../../blobs/mod.ts";
import { AppError } from "../../core/errors.ts";
import type { AnimaticAsset, AnimaticSpec, MediaFormat, MediaKind } from "../../media/mod.ts";
import { toTenths, transitionOf, wordings } from "../../storyboard/mod.ts";
import { productionOf } from "../requests/production.ts";
import type { JobState } from "../state.ts";
import { brandFiles } from "./brand_files.ts";
import { placedLinesOf } from "./mix_of_job.ts";
import type { Pictures } from "./pictures.ts";

/** A stored asset, as a renderer needs it. */
export interface StoredAsset {
  readonly sha256: string;
  readonly kind: MediaKind;
  readonly format: MediaFormat;
  /** The place of its subject, as shares of its width and height. */
  readonly focus?: { readonly x: number; readonly y: number };
}

/** The dependencies of a spec. */
export interface SpecDeps {
  readonly blobs: BlobStore;
  /** Returns undefined for an asset that is deleted or not ready. */
  readonly storedAsset: (assetId: string) => StoredAsset | undefined;
  readonly pictures: Pictures;
  /** The owner of the job, for fair scheduling where images are decoded. */
  readonly owner: string;
  readonly signal?: AbortSignal | undefined;
}

/** A spec whose files are held until it is disposed of. */
export interface HeldSpec extends AsyncDisposable {
  readonly spec: AnimaticSpec;
  /** The files of the job's assets by id. */
  readonly files: ReadonlyMap<string, AnimaticAsset>;
  /** The scenes with an asset that is deleted or cannot be drawn. */
  readonly missing: readonly { readonly sceneNumber: number | null; readonly message: string }[];
}

/**
 * Makes the render spec of a job, with its assets as files. An image becomes its decoded picture, so that a costly one
 * meets the limits of a single picture rather than those of the render; one that may be animated keeps its bytes, too.
 */
export async function animaticOfJob(job: JobState, deps: SpecDeps): Promise<HeldSpec> {
  const { storedAsset } = deps;
  if (!job.created) throw new Error("Cannot render: the job does not exist");
  const { request, brand } = job.created;
  const { outputs, look, captions, language } = productionOf(job.created);
  const stack = new AsyncDisposableStack();
  try {
    const files = new Map<string, AnimaticAsset>();
    const undrawn = new Map<string, string>();
    const names = new Map(job.assets.map(({ assetId, name }) => [assetId, { name }]));
    const shown = new Set(job.scenes.flatMap(({ assets }) => assets));
    for (const { assetId } of job.created.assets) {
      const stored = storedAsset(assetId);
      if (!stored || (stored.kind === "image" && !shown.has(assetId))) continue;
      const file = await fileOf(stored, deps, stack);
      if (file === "undrawable") undrawn.set(assetId, stored.format);
      else if (file) {
        const focus = stored.focus ? { focus: stored.focus } : {};
        files.set(assetId, { ...file, ...focus, ...names.get(assetId) });
      }
    }
    const gone = (assetId: string) =>
      !files.has(assetId) && !undrawn.has(assetId) && !NOT_SHOWN.has(storedAsset(assetId)?.kind ?? "image");
    const words = new Map(placedLinesOf(job).placed.map((line) => [line.sceneId, line.words]));
    const scenes = job.scenes.map((scene, index) => ({
      sceneNumber: index + 1,
      durationTenths: toTenths(scene.duration),
      script: scene.script,
      description: scene.description,
      shotType: scene.shotType,
      transition: transitionOf(scene.transition),
      assets: scene.assets.flatMap((assetId) => files.get(assetId) ?? []),
      words: (words.get(scene.sceneId) ?? []).map(({ text, start, end }) => ({ text, start, end })),
    }));
    const kit = await brandFiles(brand, deps, stack);
    const spec: AnimaticSpec = {
      fps: 24,
      outputs: outputs.map(({ id, format, resolution, platform }) => ({ id, format, resolution, platform })),
      look,
      style: request.creative.direction.style,
      captions,
      language,
      scenes,
      callToAction: request.adBasics.callToAction,
      product: request.adBasics.product,
      brand: { colors: texts(brand?.colors), tone: texts(brand?.tone).join(", "), ...kit.files },
      soundtrack: null,
    };
    const missing = job.scenes.flatMap((scene, index) => {
      const sceneNumber = index + 1;
      const formats = scene.assets.flatMap((assetId) => undrawn.get(assetId) ?? []);
      return [
        ...(scene.assets.some(gone)
          ? [{ sceneNumber, message: "An asset of this scene was deleted or is missing" }]
          : []),
        ...formats.map((format) => ({
          sceneNumber,
          message: `An image (${format}) cannot be shown: it is damaged, or takes too long to decode`,
        })),
      ];
    });
    return { spec, files, missing: [...kit.missing, ...missing], [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The kinds of assets that are neither seen nor heard. */
const NOT_SHOWN: ReadonlySet<MediaKind> = new Set(["document", "font"]);

/** The formats whose animations are played from the stored bytes; their decoded picture is the first frame. */
const MAY_BE_ANIMATED: ReadonlySet<MediaFormat> = new Set(["gif", "webp", "png"]);

async function fileOf(
  asset: StoredAsset,
  { blobs, pictures, owner, signal }: SpecDeps,
  stack: AsyncDisposableStack,
): Promise<AnimaticAsset | "undrawable" | null> {
  const { kind, format, sha256 } = asset;
  if (kind === "document" || kind === "font") return null;
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
