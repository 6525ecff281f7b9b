import { checkSourceUrls } from "../../core/check_fields.ts";
import { AppError } from "../../core/errors.ts";
import { normalLine } from "../../core/schema_kit.ts";
import { invalid } from "../../core/validation_errors.ts";
import type { AssetFacts, UsedAsset } from "../events.ts";
import type { RequestedAsset } from "./request_schema.ts";

/** An existing asset, as the jobs slice needs it. */
export interface KnownAsset {
  readonly status: "pending" | "ready" | "failed";
  /** The facts of the asset; null until it is ready. */
  readonly facts: AssetFacts | null;
}

/** An asset that a new job imports from a URL. */
export interface Import {
  readonly assetId: string;
  readonly url: string;
  readonly name: string;
  readonly type: AssetFacts["kind"] | null;
}

/** The dependencies of {@linkcode resolveAssets}. */
export interface ResolveAssetsDeps {
  readonly assetOf: (owner: string, assetId: string) => KnownAsset | undefined;
  /** Throws `source_not_allowed`. */
  readonly checkSource: (url: string) => void;
  /** Returns the id of the asset for the n-th new URL. */
  readonly newAssetId: (index: number) => string;
}

/** The distinct assets of a new job. */
export interface ResolvedAssets {
  readonly used: UsedAsset[];
  readonly imports: readonly Import[];
  /** The facts of every asset; an asset that is not imported yet has only the request's. */
  readonly facts: readonly AssetFacts[];
}

/**
 * Resolves the assets of a request. A repeated id or URL is one asset, with the first role, name and type that are given.
 *
 * @throws {AppError} `validation_failed` with one entry per invalid asset; `source_not_allowed` with the `path` of the URL
 */
export function resolveAssets(
  owner: string,
  wanted: readonly RequestedAsset[],
  deps: ResolveAssetsDeps,
): ResolvedAssets {
  const problems: { path: string; message: string }[] = [];
  const used = new Map<string, UsedAsset>();
  const imports = new Map<string, Import>();
  const facts = new Map<string, AssetFacts>();

  function use(asset: UsedAsset): void {
    const before = used.get(asset.assetId);
    const isHeard = before?.keepSound || asset.keepSound;
    used.set(asset.assetId, {
      ...asset,
      role: before?.role ?? asset.role,
      ...(isHeard ? { keepSound: true } : {}),
    });
  }

  function importOf(url: string, { name, ...rest }: RequestedAsset, path: string): Import {
    const before = imports.get(url);
    const type = rest.type ?? null;
    if (before && before.type !== null && type !== null && before.type !== type) {
      problems.push({ path: `${path}.type`, message: `The same URL has the type ${before.type} in an earlier entry` });
    }
    if (before) return { ...before, type: before.type ?? type };
    return { assetId: deps.newAssetId(imports.size), url, name: normalLine(name ?? nameOf(url)), type };
  }

  function factsOf(assetId: string, { type }: RequestedAsset, path: string): AssetFacts | null {
    const found = deps.assetOf(owner, assetId);
    if (!found) problems.push({ path: `${path}.assetId`, message: "No asset has this id" });
    else if (found.status === "failed") {
      problems.push({ path: `${path}.assetId`, message: "The import of this asset failed" });
    } else if (found.facts && type !== undefined && found.facts.kind !== type) {
      problems.push({ path: `${path}.type`, message: `The asset is of type ${found.facts.kind}` });
    }
    return found?.facts ?? null;
  }

  checkSourceUrls(wanted.map(({ url }, index) => ({ path: `creative.assets.${index}.url`, url })));
  wanted.forEach((asset, index) => {
    const { assetId, url, role = null, name = assetId ?? "", type = null, keepSound = false } = asset;
    const sound = keepSound ? { keepSound } : {};
    const path = `creative.assets.${index}`;
    if (url !== undefined && assetId === undefined) {
      checkSourceAt(`${path}.url`, () => deps.checkSource(url));
      const one = importOf(url, asset, path);
      imports.set(url, one);
      use({ assetId: one.assetId, role, imported: true, ready: false, ...sound });
      facts.set(one.assetId, unknownFacts(one));
      problems.push(...roleProblems(asset, one.type, path));
    } else if (assetId !== undefined && url === undefined) {
      const known = factsOf(assetId, asset, path);
      use({ assetId, role, imported: false, ready: known !== null, ...sound });
      facts.set(assetId, known ?? unknownFacts({ assetId, name, type }));
      problems.push(...roleProblems(asset, known?.kind ?? type, path));
    } else {
      problems.push({ path, message: "must have either url or assetId" });
    }
  });
  if (problems.length > 0) throw invalid(problems);
  return { used: [...used.values()], imports: [...imports.values()], facts: [...facts.values()] };
}

/** The role of an audio asset that is the voice. */
export const VOICE_OVER = "voice_over";

/** Lists the uses of sound that an asset of a known kind does not have. */
function roleProblems({ keepSound, role }: RequestedAsset, kind: AssetFacts["kind"] | null, path: string) {
  if (kind === null) return [];
  if (kind === "font") return [{ path, message: "must not be a font: fonts belong into the client's brandGuidelines" }];
  return [
    ...(keepSound && kind !== "video"
      ? [{ path: `${path}.keepSound`, message: `must be absent or false: the asset is of type ${kind}, not video` }]
      : []),
    ...(role === VOICE_OVER && kind !== "audio"
      ? [{ path: `${path}.role`, message: `must not be ${VOICE_OVER}: the asset is of type ${kind}, not audio` }]
      : []),
  ];
}

function unknownFacts({ assetId, name, type }: Omit<Import, "url">): AssetFacts {
  return { assetId, kind: type ?? "image", name, tags: [], width: null, height: null, duration: null };
}

/** Adds the path of the rejected URL to the error. */
function checkSourceAt(path: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "source_not_allowed") throw error;
    throw new AppError(error.code, error.message, { path });
  }
}

/** Returns the file name in a URL, or its host. */
function nameOf(url: string): string {
  const parsed = URL.parse(url);
  const last = parsed?.pathname.split("/").findLast((part) => part !== "");
  try {
    return decodeURIComponent(last ?? parsed?.hostname ?? "asset");
  } catch {
    return last ?? "asset";
  }
}
