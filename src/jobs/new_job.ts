import type { Static } from "@sinclair/typebox";
import { AppError } from "../errors.ts";
import { invalid } from "../http/error_answer.ts";
import type { CheckPlace } from "../place.ts";
import {
  acceptStoryboard,
  type Brief,
  type SceneBounds,
  type ScenePlanner,
  sumOf,
  toTenths,
} from "../storyboard/mod.ts";
import { type CostEstimate, estimateCost } from "./costs.ts";
import type { AssetFacts, JobCreated, VideoSpecs } from "./events.ts";
import type { CreateJob } from "./schema.ts";

/** An asset that exists, as the jobs slice needs to know it. */
export interface KnownAsset {
  readonly status: "pending" | "ready" | "failed";
  /** null until it is ready */
  readonly facts: AssetFacts | null;
}

/** What a new job is made of besides its request. */
export interface NewJobDeps {
  readonly planner: ScenePlanner;
  readonly sceneBounds: SceneBounds;
  readonly checkPlace: CheckPlace;
  readonly brandOf: (owner: string, clientId: string) => Record<string, unknown> | null;
  readonly assetOf: (owner: string, assetId: string) => KnownAsset | undefined;
  /** Throws `source_not_allowed`. */
  readonly checkSource: (url: string) => void;
}

/** An asset that a new job asks for by URL. */
export interface Import {
  readonly assetId: string;
  readonly url: string;
  readonly name: string;
  readonly type: "image" | "video" | "audio" | "document" | null;
}

/** A job that can be created. */
export interface NewJob {
  readonly data: Static<typeof JobCreated.schema>;
  readonly imports: readonly Import[];
  readonly estimate: CostEstimate;
}

/**
 * Checks a request and works out the job that it would make: its video, its assets, its price. Nothing is written.
 *
 * @param newAssetId the id of the asset that the request asks for by its n-th new URL
 * @throws {AppError} `validation_failed`, `source_not_allowed`
 */
export function newJob(
  owner: string,
  request: CreateJob,
  { newAssetId, ...deps }: NewJobDeps & { readonly newAssetId: (index: number) => string },
): NewJob {
  const { clientId, campaignId = null } = request.context;
  deps.checkPlace(owner, { clientId, campaignId }, { at: "context" });
  const specs = specsOf(request);
  const { used, imports, facts } = assetsOf(owner, request, { ...deps, newAssetId });
  const brand = deps.brandOf(owner, clientId);
  const creative = withAssetIds(request.creative, imports);
  const brief: Brief = {
    adBasics: request.adBasics,
    direction: request.creative.direction,
    duration: specs.duration,
    format: specs.format,
    generateAudio: request.generateAudio ?? false,
    brand,
    assets: facts.map(({ assetId, ...rest }) => ({ ...rest, id: assetId })),
    revision: 0,
    bounds: deps.sceneBounds,
  };
  // Refused now rather than after the imports.
  if (creative.storyboard) acceptStoryboard(creative.storyboard, brief);
  const estimate = estimateCost({
    importedAssets: imports.length,
    specs,
    provider: creative.storyboard ? "given" : deps.planner.name,
    planning: creative.storyboard ? { cost: 0, currency: "USD", model: "given" } : deps.planner.estimate(brief),
  });
  const { estimatedCost } = estimate;
  const data = {
    request: { ...request, creative },
    specs,
    assets: used,
    brand,
    estimatedCost,
    sceneBounds: deps.sceneBounds,
  };
  return { data, imports, estimate };
}

/** `advanced` counts only where `videoSpecs` says nothing; a given storyboard lasts as long as its scenes. */
function specsOf({ creative, advanced }: CreateJob): VideoSpecs {
  const { duration, format = "16:9", resolution } = creative.videoSpecs ?? {};
  const given = creative.storyboard;
  const asked = duration ?? advanced?.duration;
  const seconds = asked ?? (given ? sumOf(given.scenes.map((scene) => inTenths(scene.duration))) : 30);
  const path = asked === undefined ? "creative.storyboard.scenes" : "creative.videoSpecs.duration";
  if (inTenths(seconds, path) < 3 || seconds > 180) {
    throw invalid([{ path, message: "The video must last 3 to 180 seconds" }]);
  }
  return { duration: seconds, format, resolution: resolution ?? advanced?.resolution ?? "720p" };
}

/** @throws {AppError} `validation_failed` when the number is finer than a tenth */
export function inTenths(seconds: number, path = "duration"): number {
  try {
    return toTenths(seconds) / 10;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw invalid([{ path, message: "Must be a whole number of tenths of a second" }]);
  }
}

interface Wanted {
  readonly used: Static<typeof JobCreated.schema>["assets"];
  readonly imports: readonly Import[];
  /** Of every asset; of those that are still to be imported only what the request says. */
  readonly facts: readonly AssetFacts[];
}

/** The same asset or URL twice is one asset, with the first role that is given. */
function assetsOf(
  owner: string,
  request: CreateJob,
  {
    assetOf,
    checkSource,
    newAssetId,
  }: Pick<NewJobDeps, "assetOf" | "checkSource"> & { newAssetId: (index: number) => string },
): Wanted {
  const used = new Map<string, Wanted["used"][number]>();
  const imports = new Map<string, Import>();
  const facts = new Map<string, AssetFacts>();
  (request.creative.assets ?? []).forEach(({ assetId, url, type = null, name, role = null }, index) => {
    const path = `creative.assets.${index}`;
    if ((assetId === undefined) === (url === undefined)) {
      throw invalid([{ path, message: "Must have either url or assetId" }]);
    }
    if (url !== undefined) {
      checkSource(url);
      const wanted = imports.get(url) ?? { assetId: newAssetId(imports.size), url, name: name ?? nameOf(url), type };
      imports.set(url, wanted);
      const before = used.get(wanted.assetId);
      used.set(wanted.assetId, { assetId: wanted.assetId, role: before?.role ?? role, imported: true, ready: false });
      facts.set(wanted.assetId, unknownFacts(wanted));
    } else if (assetId !== undefined) {
      const known = assetOf(owner, assetId);
      if (!known) throw invalid([{ path: `${path}.assetId`, message: "There is no asset with this id" }]);
      if (known.status === "failed")
        throw invalid([{ path: `${path}.assetId`, message: "The import of this asset failed" }]);
      if (type !== null && known.facts !== null && known.facts.kind !== type) {
        throw invalid([{ path: `${path}.type`, message: `The asset is ${known.facts.kind}` }]);
      }
      const before = used.get(assetId);
      used.set(assetId, { assetId, role: before?.role ?? role, imported: false, ready: known.facts !== null });
      facts.set(assetId, known.facts ?? unknownFacts({ assetId, name: name ?? assetId, type }));
    }
  });
  return { used: [...used.values()], imports: [...imports.values()], facts: [...facts.values()] };
}

function unknownFacts({ assetId, name, type }: Pick<Import, "assetId" | "name" | "type">): AssetFacts {
  return { assetId, kind: type ?? "image", name, tags: [], width: null, height: null, duration: null };
}

/** A given storyboard may name an asset by the URL that the request imports. */
function withAssetIds(creative: CreateJob["creative"], imports: readonly Import[]): CreateJob["creative"] {
  if (!creative.storyboard) return creative;
  const byUrl = new Map(imports.map(({ url, assetId }) => [url, assetId]));
  const scenes = creative.storyboard.scenes.map((scene) =>
    scene.assets ? { ...scene, assets: scene.assets.map((name) => byUrl.get(name) ?? name) } : scene,
  );
  return { ...creative, storyboard: { scenes } };
}

/** The file's name in a URL, or its host. */
function nameOf(url: string): string {
  const parsed = URL.parse(url);
  const last = parsed?.pathname.split("/").findLast((part) => part !== "");
  try {
    return decodeURIComponent(last ?? parsed?.hostname ?? "asset");
  } catch {
    return last ?? "asset";
  }
}
