import type { AnimaticSpec } from "../spec.ts";
import { createTypography, type Typography } from "./typography.ts";

/** Creates the typography of all texts of a storyboard, in the language and with the fonts of its spec. */
export function typographyOf(
  { product, callToAction, scenes, language, brand }: AnimaticSpec,
  warn?: (message: string) => void,
): Typography {
  const texts = scenes.flatMap(({ script, description, shotType, words = [] }) => {
    return [script, description, shotType, ...words.map(({ text }) => text)];
  });
  return createTypography({
    texts: [product, callToAction, ...texts],
    language,
    ...(brand?.fonts && { fonts: brand.fonts }),
    ...(warn && { warn }),
  });
}
