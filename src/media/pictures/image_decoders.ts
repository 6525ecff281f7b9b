import sharp from "sharp";

/** The enabled decoders; libvips has many more, and each is attack surface. */
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Svg"].map((name) => `VipsForeignLoad${name}`);

/**
 * Limits this process to the decoders of the supported formats, without a cache. Each process that reads stored
 * files calls it first.
 */
export function limitImageDecoders(): void {
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS });
  // No file is read twice, so a cache has no use.
  sharp.cache(false);
}
