/** What a style asks of the picture; the first whose words are in the style wins, an unknown one is named as it is. */
export const STYLES: readonly (readonly [RegExp, string])[] = [
  [/minimal|clean|simple/, "uncluttered frames with generous empty space"],
  [/cinema|film|epic|dramatic/, "shallow focus, anamorphic flare and slow reveals"],
  [/ugc|user.generated|handheld|authentic|selfie|tiktok|raw|phone/, "shot as if on a phone, natural light, jump cuts"],
  [/documentary|real|candid|slice of life/, "observational camera, available light, nothing staged"],
  [/retro|vintage|70s|80s|90s|nostalg/, "warm grain, faded colour and period type"],
  [/animat|motion graphic|illustrat|cartoon|2d|3d/, "flat shapes and lively motion graphics"],
  [/luxur|premium|elegan|editorial/, "rich shadow, polished surfaces, editorial framing"],
  [/modern|sleek|tech|futur/, "crisp lines, cool light, precise moves"],
  [/bold|colou?rful|vibrant|pop\b|neon/, "saturated blocks of colour and big type"],
  [/natur|organic|earth|rustic/, "natural textures and soft daylight"],
  [/energetic|dynamic|sport|action|fast/, "quick cuts, motion blur and running cameras"],
  [/warm|cosy|cozy|homely|emotional/, "warm practical lights and close faces"],
];
