/** An asset of a brief. */
export type BriefAsset = { readonly url: string; readonly name?: string } | { readonly assetId: string };

/** The body of POST `/jobs`. */
export function briefOf(clientId: string, { duration, assets }: { duration: number; assets: readonly BriefAsset[] }) {
  return {
    context: { clientId },
    adBasics: {
      product: "Aurora solar lantern",
      targetAudience: "weekend campers who pack light",
      keyMessage: "Light for three nights from one day of sun",
      callToAction: "Order yours at aurora.example",
    },
    creative: {
      videoSpecs: { duration, format: "16:9", resolution: "720p" },
      direction: { style: "warm documentary", tone: "calm", visualElements: ["campfire", "night sky"] },
      assets,
    },
  };
}
