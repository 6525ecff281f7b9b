import { type BriefAsset, wordings } from "../brief.ts";
import type { ForbiddenWords } from "../forbidden_words.ts";
import { purposeOf } from "../place_assets.ts";
import { clip, tidy } from "../text.ts";
import type { Beat } from "./beats.ts";
import type { Chooser } from "./chooser.ts";
import { STYLES } from "./phrases/mod.ts";
import type { Reading } from "./read_brief.ts";
import { capital } from "./read_product.ts";

/** The parts of a description that do not come from the brief. */
export interface Picture {
  readonly beat: Beat;
  /** The index of the scene, from 0. */
  readonly index: number;
  readonly assets: readonly BriefAsset[];
  readonly script: string;
  readonly choose: Chooser;
  /** The style requested for this scene, in place of the brief's. */
  readonly style?: string;
}

// A description names a few assets; the scene's asset list has them all.
const MOST_NAMED = 4;

/** Describes the picture for the crew, in English for every script language. */
export function describe(reading: Reading, picture: Picture): string {
  const { beat, index, assets } = picture;
  const elements = wordings(reading.brief.direction.visualElements);
  // Visual elements start in the second scene; the hook shows people.
  const element =
    elements.length > 0 && beat !== "hook" ? elements[(index + elements.length - 1) % elements.length] : undefined;
  const shown = element && reading.forbidden.removeFrom(clip(tidy(element), 120));
  const request = index === 0 || beat === "product" ? reading.direction.requests[0] : undefined;
  return [
    scene(reading, picture),
    ...new Set(assets.slice(0, MOST_NAMED).map((asset) => showing(asset, { beat, forbidden: reading.forbidden }))),
    ...(assets.length > MOST_NAMED ? [`And ${assets.length - MOST_NAMED} more in quick succession.`] : []),
    ...(shown ? [`In frame: ${shown}.`] : []),
    ...(request ? [`As asked: ${clip(request, 120)}.`] : []),
    ...(reading.direction.people && beat !== "product" ? ["Faces first: a real person carries this scene."] : []),
    look(reading, picture),
  ].join(" ");
}

function scene({ theme, audience, product, brief }: Reading, { beat, choose, script }: Picture): string {
  const person = audience.voice?.person ?? "someone who could be the viewer";
  const name = clip(product.name, 60);
  // A first line about the audience needs the audience in the picture.
  const voiced = audience.voice?.hooks.some((line) => script.includes(line)) ?? false;
  const moment = choose(theme.moments, `moment ${beat}`) ?? "";
  const setting = choose(theme.settings, `setting ${beat}`) ?? "";
  const detail = choose(["hands", "a glance", "a small smile", "a held breath"], `detail ${beat}`) ?? "hands";
  const options: Readonly<Record<Beat, readonly string[]>> = {
    hook: voiced
      ? [`Open on ${person}. Hold until the line has landed.`, `Straight in on ${person}; behind, ${moment}.`]
      : [`Open on ${moment}.`, `Straight in: ${moment}.`, `First frame: ${moment}. Hold for a beat.`],
    problem: [
      `${capital(moment)}. ${capital(person)}, and it shows.`,
      `On ${person}: ${moment}.`,
      `${capital(moment)}; stay until it is a little uncomfortable.`,
    ],
    desire: [`The mood turns: ${setting}.`, `A breath, then ${setting}.`, `What it could be: ${setting}.`],
    product: [
      `Centre frame, at last: ${name}. Around, ${setting}.`,
      `The light finds ${name}: ${setting}.`,
      `Cut to ${name}, held a second longer than expected: ${setting}.`,
    ],
    use: [
      `${capital(name)} in use, ${detail} first: ${setting}.`,
      `${capital(person)} with ${name}; ${setting}.`,
      `Follow ${name} through one ordinary minute: ${setting}.`,
    ],
    proof: [
      `No tricks: ${name}, up close, in one unbroken take.`,
      `Side by side: ${moment}, then the same place with ${name}.`,
      `${capital(detail)}, then ${name}, close enough to judge.`,
    ],
    cta: [
      `End frame: ${name} at rest, the call to action set large beside it.`,
      `${capital(setting)}. The call to action settles over the last frame.`,
      `Everything clears but ${name} and one line: the call to action.`,
    ],
  };
  const text = choose(options[beat], `scene ${beat}`) ?? "";
  return beat === "hook" && brief.format === "9:16" ? `${text} Faces and type inside the vertical safe area.` : text;
}

// Titles for assets whose name is empty after forbidden words are removed.
const NAMELESS: Readonly<Record<BriefAsset["kind"], string>> = {
  image: "the picture",
  video: "the footage",
  audio: "the given track",
  document: "the document",
  font: "the typeface",
};

function showing(asset: BriefAsset, { beat, forbidden }: { beat: Beat; forbidden: ForbiddenWords }): string {
  const named = tidy(asset.name)
    .replace(/\.[a-z0-9]{2,4}$/iu, "")
    .replace(/_+/gu, " ");
  const name = clip(forbidden.removeFrom(named), 80);
  const hasName = /[\p{L}\p{N}]/u.test(name.replace(/^(?:the|an?)$/iu, ""));
  return capital(sight(asset, { beat, title: hasName ? `“${name}”` : NAMELESS[asset.kind], hasName }));
}

function sight(asset: BriefAsset, { beat, title, hasName }: { beat: Beat; title: string; hasName: boolean }): string {
  if (asset.kind === "video" && purposeOf(asset) === "any") return `${hasName ? `The footage ${title}` : title} plays.`;
  switch (purposeOf(asset)) {
    case "first_frame":
      return `${title} is the opening frame.`;
    case "closing_frame":
      return `${title} closes the film.`;
    case "brand_logo":
      return `The logo${hasName ? ` ${title}` : ""} resolves cleanly.`;
    case "product_shot":
      return ["product", "use", "cta"].includes(beat) ? `${title} fills the frame.` : `A glimpse of ${title}.`;
    case "background":
      return `${title} lies behind.`;
    case "lifestyle":
      return `${title} shows it in real life.`;
    case "sound":
      return `Sound: ${title}.`;
    case "evidence":
      return `A line from ${title} appears as type.`;
    case "any":
      return `${title} is in view.`;
  }
}

function look({ brief, tone }: Reading, { index, beat, style }: Picture): string {
  const name = clip(tidy(style ?? brief.direction.style), 80) || "natural";
  const manner = STYLES.find(({ words }) => words.test(name.toLowerCase()))?.picture;
  const colors = wordings(brief.brand?.colors)
    .slice(0, 4)
    .map((color) => clip(tidy(color), 30));
  const fonts = wordings(brief.brand?.fonts)
    .slice(0, 2)
    .map((font) => clip(tidy(font), 40));
  const music = brief.direction.musicStyle ? clip(tidy(brief.direction.musicStyle), 80) : "";
  return [
    // The first scene describes the look; later ones name it.
    index === 0 || style
      ? `Style: ${name}${manner ? `, ${manner}` : ""}; ${tone.camera}.`
      : `Style: ${name}; ${tone.camera}.`,
    ...(index === 0 && music ? [`Music: ${music}.`] : []),
    ...(colors.length > 0 && (index === 0 || beat === "product" || beat === "cta")
      ? [`Palette: ${colors.join(", ")}.`]
      : []),
    ...(fonts.length > 0 && beat === "cta" ? [`Type: ${fonts.join(", ")}.`] : []),
  ].join(" ");
}
