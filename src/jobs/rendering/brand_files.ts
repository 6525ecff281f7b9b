import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../../core/errors.ts";
import type { AnimaticSpec } from "../../media/mod.ts";
import type { SpecDeps } from "./animatic_of_job.ts";

type Brand = NonNullable<AnimaticSpec["brand"]>;

/** The files of a brand kit, and a warning for each one that is gone. */
export interface BrandFiles {
  readonly files: Pick<Brand, "logo" | "fonts">;
  readonly missing: readonly { readonly sceneNumber: null; readonly message: string }[];
}

const FontFile = Type.Object({
  assetId: Type.String(),
  weight: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
});

/**
 * Holds the logo and the fonts that a job's brand names, until the stack is disposed of. What was deleted since, or
 * cannot be drawn, becomes a warning: the ad is made without it.
 */
export async function brandFiles(
  brand: Readonly<Record<string, unknown>> | null,
  deps: SpecDeps,
  stack: AsyncDisposableStack,
): Promise<BrandFiles> {
  const missing: { sceneNumber: null; message: string }[] = [];
  const files: { -readonly [Key in keyof BrandFiles["files"]]: BrandFiles["files"][Key] } = {};
  const { logoAssetId } = brand ?? {};
  if (typeof logoAssetId === "string") {
    const path = await logoPath(logoAssetId, deps, stack);
    if (path === null) missing.push({ sceneNumber: null, message: gone("logo") });
    else files.logo = { path };
  }
  const fonts: NonNullable<Brand["fonts"]> = [];
  for (const { assetId, weight } of fontsOf(brand)) {
    const path = await fontPath(assetId, deps, stack);
    if (path === null) missing.push({ sceneNumber: null, message: gone("font") });
    else fonts.push({ path, ...(weight !== undefined && { weight }) });
  }
  if (fonts.length > 0) files.fonts = fonts;
  return { files, missing };
}

/** Returns the ids of the assets that a brand names. */
export function brandAssetIds(brand: Readonly<Record<string, unknown>> | null | undefined): string[] {
  const { logoAssetId } = brand ?? {};
  const logo = typeof logoAssetId === "string" ? [logoAssetId] : [];
  return [...logo, ...fontsOf(brand ?? null).map(({ assetId }) => assetId)];
}

function fontsOf(brand: Readonly<Record<string, unknown>> | null): Static<typeof FontFile>[] {
  const fonts: unknown = brand?.fonts;
  return Array.isArray(fonts) ? fonts.filter((font: unknown) => Value.Check(FontFile, font)) : [];
}

function gone(what: string): string {
  return `A ${what} of the brand was deleted or cannot be used, so the video is made without it`;
}

async function logoPath(assetId: string, deps: SpecDeps, stack: AsyncDisposableStack): Promise<string | null> {
  const { storedAsset, pictures, signal, owner } = deps;
  const stored = storedAsset(assetId);
  if (stored?.kind !== "image") return null;
  try {
    const picture = await pictures.hold(stored.sha256, { signal, owner });
    return picture && stack.use(picture).path;
  } catch (error) {
    if (error instanceof AppError && error.code === "media_unreadable") return null;
    throw error;
  }
}

async function fontPath(
  assetId: string,
  { storedAsset, blobs }: SpecDeps,
  stack: AsyncDisposableStack,
): Promise<string | null> {
  const stored = storedAsset(assetId);
  if (stored?.kind !== "font") return null;
  const local = await blobs.openLocal(stored.sha256);
  return local && stack.use(local).path;
}
