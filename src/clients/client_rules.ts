import { invalid } from "../core/validation_errors.ts";
import type { DetailsRules } from "../event_log/mod.ts";
import type { ClientDetails } from "./events.ts";
import { type BrandGuidelines, MAX_FONT_FILES } from "./guidelines.ts";

/** An asset of a brand kit, as the rules need it. */
export interface KitAsset {
  readonly status: "pending" | "ready" | "failed";
  /** The kind, such as `image`; null until it is known. */
  readonly type: string | null;
}

/** The dependencies of the rules. */
export interface ClientRulesDeps {
  readonly assetOf: (owner: string, assetId: string) => KitAsset | undefined;
  /** Types of events after which an asset cannot be used. */
  readonly assetEnds: readonly string[];
}

interface Use {
  readonly path: string;
  readonly assetId: string;
  readonly type: "image" | "font";
}

/** Creates the rules of a brand kit: its logo is a ready image of the owner, and each font file a ready font. */
export function clientRules({ assetOf, assetEnds }: ClientRulesDeps): DetailsRules<ClientDetails> {
  function problemOf(owner: string, { assetId, type }: Use): string | null {
    const asset = assetOf(owner, assetId);
    if (!asset) return "No asset has this id";
    if (asset.status === "failed") return "The import of this asset failed";
    if (asset.type !== null && asset.type !== type) return `The asset is of type ${asset.type}, not ${type}`;
    return asset.status === "ready" ? null : "The asset is not ready yet: wait until its import is over";
  }

  return {
    check(owner, { brandGuidelines }) {
      const uses = usesOf(brandGuidelines);
      const problems = uses.flatMap((use) => {
        const message = problemOf(owner, use);
        return message === null ? [] : [{ path: use.path, message }];
      });
      if (uses.filter(({ type }) => type === "font").length > MAX_FONT_FILES) {
        problems.push({ path: "brandGuidelines.fonts", message: `must name at most ${MAX_FONT_FILES} font files` });
      }
      if (problems.length > 0) throw invalid(problems);
    },
    restsOn: ({ brandGuidelines }) => (usesOf(brandGuidelines).length > 0 ? assetEnds : []),
  };
}

function usesOf(guidelines: BrandGuidelines | null | undefined): Use[] {
  const { logoAssetId, fonts } = guidelines ?? {};
  const logo = logoAssetId
    ? [{ path: "brandGuidelines.logoAssetId", assetId: logoAssetId, type: "image" as const }]
    : [];
  const files = (Array.isArray(fonts) ? fonts : []).flatMap((font, index) => {
    if (typeof font === "string") return [];
    return [{ path: `brandGuidelines.fonts.${index}.assetId`, assetId: font.assetId, type: "font" as const }];
  });
  return [...logo, ...files];
}
