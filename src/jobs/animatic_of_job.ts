import type { BlobStore, LocalBlob } from "../blobs/mod.ts";
import type { AnimaticAsset, AnimaticSpec } from "../media/animatic/mod.ts";
import type { MediaFormat } from "../media/mod.ts";
import { toTenths, wordings } from "../storyboard/mod.ts";
import type { JobState } from "./state.ts";

/** A stored asset, as a renderer needs to know it. */
export interface StoredAsset {
  readonly sha256: string;
  readonly kind: "image" | "video" | "audio" | "document";
  readonly format: MediaFormat;
}

/** What a spec is made from. */
export interface SpecDeps {
  readonly blobs: BlobStore;
  /** undefined for an asset that is gone or not ready. */
  readonly storedAsset: (assetId: string) => StoredAsset | undefined;
}

/** A spec whose files stay where they are until it is disposed of. */
export interface HeldSpec extends AsyncDisposable {
  readonly spec: AnimaticSpec;
  /** The scenes that show less than was planned, because an asset is gone. */
  readonly missing: readonly { readonly sceneNumber: number; readonly message: string }[];
}

/** What a renderer is given of a job: its scenes, and their assets as files. */
export async function animaticOfJob(job: JobState, { blobs, storedAsset }: SpecDeps): Promise<HeldSpec> {
  if (!job.created) throw new Error("Cannot render: the job was never created");
  const { request, specs, brand } = job.created;
  const stack = new AsyncDisposableStack();
  try {
    const files = new Map<string, AnimaticAsset>();
    for (const { assetId } of job.created.assets) {
      const asset = await fileOf(storedAsset(assetId), blobs, stack);
      if (asset) files.set(assetId, asset);
    }
    const gone = (assetId: string) => !files.has(assetId) && storedAsset(assetId)?.kind !== "document";
    const scenes = job.scenes.map((scene, index) => ({
      sceneNumber: index + 1,
      durationTenths: toTenths(scene.duration),
      script: scene.script,
      description: scene.description,
      shotType: scene.shotType,
      transition: scene.transition,
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
    const missing = job.scenes.flatMap((scene, index) =>
      scene.assets.some(gone) ? [{ sceneNumber: index + 1, message: "An asset of this scene is gone" }] : [],
    );
    return { spec, missing, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function fileOf(
  asset: StoredAsset | undefined,
  blobs: BlobStore,
  stack: AsyncDisposableStack,
): Promise<AnimaticAsset | null> {
  if (!asset || asset.kind === "document") return null;
  const local: LocalBlob | null = await blobs.openLocal(asset.sha256);
  if (!local) return null;
  stack.use(local);
  return { path: local.path, kind: asset.kind, format: asset.format };
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? wordings(Object.values(value)) : [];
}
