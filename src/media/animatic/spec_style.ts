import { frameSize, layoutOf } from "./layout.ts";
import { lookOf } from "./look.ts";
import type { AnimaticOutput, AnimaticSpec } from "./spec.ts";
import type { Style } from "./text/card.ts";
import { readLogo } from "./text/logo.ts";
import { typographyOf } from "./text/spec_typography.ts";
import { unusableReason } from "./unusable.ts";
import { paletteOf } from "./visuals/palette.ts";

/** Returns the style of each output of a spec. A logo that cannot be read is a warning. */
export async function stylesOf(
  spec: AnimaticSpec,
  outputs: readonly AnimaticOutput[],
  warn: (message: string) => void,
): Promise<Style[]> {
  const { brand, style } = spec;
  const look = lookOf(style, brand?.tone);
  const shared = { look, typography: typographyOf(spec, warn), palette: paletteOf(brand, look.ground) };
  const layouts = outputs.map((output) => layoutOf(frameSize(output.format, output.resolution), output));
  const largest = Math.max(...layouts.map(({ unit }) => unit));
  const logo = brand?.logo
    ? await readLogo(brand.logo.path, largest).catch((error: unknown) => {
        warn(`The logo of the brand cannot be shown: ${unusableReason(error)}`);
        return null;
      })
    : null;
  return layouts.map((layout) => ({ ...shared, layout, logo }));
}
