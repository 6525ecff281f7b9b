import sharp from "sharp";

/** The decoders of ours; libvips brings many more, and each is a way in. */
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Svg"].map((name) => `VipsForeignLoad${name}`);

/**
 * Lets this process decode no pictures but those of our formats, and keep none of them. Each process that reads stored
 * files calls it before anything else.
 */
export function limitImageDecoders(): void {
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS });
  // Nothing is read twice.
  sharp.cache(false);
}
