import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import { type Composition, compose, setIn } from "./composition.ts";
import { seenFrames } from "./scene_footage.ts";
import type { AnimaticSpec, SpokenWord } from "./spec.ts";
import { type CaptionPage, captionPage, type Place, pageAt } from "./text/caption.ts";
import { type CaptionText, wordsInScene } from "./text/caption_text.ts";
import { cardGround, cardWords, type Style } from "./text/card.ts";
import { closingCard, closingFrames } from "./text/closing_card.ts";
import { legibleText, lostText } from "./text/legible_text.ts";
import { composite, type Still } from "./text/overlay.ts";
import { shotName, slateOf } from "./text/slate.ts";
import { FPS, type TimedScene } from "./timeline.ts";
import { mix } from "./transition.ts";
import { cameraMove, closestZoom } from "./visuals/camera.ts";
import { type Footage, stillVisual, type Visual } from "./visuals/visual.ts";

/** A scene in the shape of one output, with its texts rasterized, ready to draw frame by frame. */
export interface PreparedScene {
  /** Draws a frame of the scene, counted from 0; later frames continue the picture below a dissolve. */
  draw(context: SKRSContext2D, frame: number): Promise<void>;
  close(): void;
}

/** The options of {@linkcode prepareScene}. */
export interface SceneOptions {
  spec: AnimaticSpec;
  /** The opened assets of the scene, which stay open until it is closed. */
  footage: readonly Footage[];
  style: Style;
  /** A scratch canvas of the frame's size, free to use while a frame is drawn. */
  scratch: Canvas;
  /** Receives a sentence about this scene for each problem. */
  warn: (message: string) => void;
  /** True for the last scene, which ends with the closing card. */
  last: boolean;
  /** Omits captions, slate and logo, as on a contact sheet. */
  bare?: boolean;
}

/** Frames of a caption's fade in or out. */
const CAPTION_FADE = 6;
/** Frames of the entrance of one page after another. */
const PAGE_FADE = 3;
/** The minimum of seconds that a page of a caption is shown. */
const PAGE_SECONDS = 1.5;
/** Frames of the closing card's fade in. */
const CLOSING_IN = 9;
/** Units at the top of the safe zone that a slate or a logo takes. */
const HEAD = 60;

/** Composes a scene for one output: its assets in the output's shape, and its texts. */
export async function prepareScene(timed: TimedScene, options: SceneOptions): Promise<PreparedScene> {
  const { scene, frames } = timed;
  const { spec, footage, style, scratch, warn, bare = false } = options;
  const texts = sceneTexts(timed, options);
  const ending = options.last && !bare ? closingFrames(frames, FPS) : 0;
  const isSlated = spec.look === "animatic" && !bare;
  const logo = bare || scene.assets.some(({ path }) => path === style.logo?.path) ? null : style.logo;
  const caption = bare ? null : captionText(texts.script, timed, { spec, style, ending });
  const head = isSlated || logo ? HEAD : 0;
  const shown =
    footage.length > 0
      ? await compose(footage, { timed, style, scratch, caption, head })
      : cardOf(timed, { ...options, texts, caption, isSlated });
  if (shown.cut) warn("The script is longer than its scene can show, so the caption ends with an ellipsis");
  const slate =
    isSlated && footage.length > 0 ? slateOf({ sceneNumber: scene.sceneNumber, shot: texts.shot }, style) : null;
  const bug = logo?.bug(style) ?? null;
  const closing = ending > 0 ? closingCard(texts, style) : null;
  if (closing?.cut) warn("The call to action or the product is longer than the closing card can hold, so it is cut");
  const closingIn = Math.min(CLOSING_IN, Math.floor(ending / 3));

  return {
    async draw(context, frame) {
      const intoClosing = frame - (frames - ending);
      const covered = closing && intoClosing >= 0 ? mix(intoClosing, closingIn) : 0;
      if (covered < 1) {
        await drawPicture(context, frame, shown);
        const opacity = textOpacity(frame, timed);
        drawCaption(context, frame, { pages: shown.pages, style, opacity });
        if (slate) composite(context, slate, opacity);
        if (bug) composite(context, bug);
      }
      if (closing) composite(context, closing, covered);
    },
    close: () => shown.visual.close(),
  };
}

async function drawPicture(context: SKRSContext2D, frame: number, shown: Shown): Promise<void> {
  const { visual, picture, panel, words } = shown;
  if (!panel) await visual.draw(context, frame);
  else {
    composite(context, panel);
    context.save();
    context.beginPath();
    context.rect(picture.x, picture.y, picture.width, picture.height);
    context.clip();
    context.translate(picture.x, picture.y);
    await visual.draw(context, frame);
    context.restore();
  }
  if (words) composite(context, words);
}

function drawCaption(
  context: SKRSContext2D,
  frame: number,
  { pages, style, opacity }: { pages: readonly CaptionPage[]; style: Style; opacity: number },
): void {
  const page = pageAt(pages, frame);
  if (!page) return;
  const entrance = style.look.motion.text;
  const length = page === pages[0] ? CAPTION_FADE : PAGE_FADE;
  const entered = entrance === "cut" ? 1 : mix(frame - page.from, length);
  const shown = opacity * (page === pages[0] ? 1 : entered);
  const motion = {
    rise: entrance === "rise" ? (1 - entered) * 16 * style.layout.unit : 0,
    scale: entrance === "pop" ? 0.9 + 0.1 * entered : 1,
  };
  const isShade = style.look.caption.form === "shade";
  // A shade that comes and goes with each page would flicker.
  if (page.back) composite(context, page.back, isShade ? opacity : shown, isShade ? undefined : motion);
  composite(context, page.text(frame), shown, motion);
}

/**
 * Returns the opacity of a caption, which fades in after a dissolve and out before one: two texts in one place are
 * illegible.
 */
function textOpacity(frame: number, { frames, enter, leave }: TimedScene): number {
  const length = Math.min(CAPTION_FADE, Math.floor(frames / 6));
  const begin = enter.kind === "dissolve" ? Math.floor(enter.frames / 2) : 0;
  if (frame < begin) return 0;
  const left = frames - 1 - frame;
  if (leave.kind === "dissolve" && left < length) return left < 0 ? 0 : mix(left, length);
  return mix(frame - begin, length);
}

interface SceneTexts {
  script: string;
  shot: string;
  product: string;
  eyebrow: string;
  description: string;
  callToAction: string;
}

function sceneTexts({ scene }: TimedScene, { spec, style, warn, footage, bare = false }: SceneOptions): SceneTexts {
  const plain = (text: string): string => legibleText(text, style.typography).text;
  const checked = (text: string, what: string): string => {
    const { text: set, lost } = legibleText(text, style.typography);
    if (lost.length > 0) warn(lostText(what, lost));
    return set;
  };
  const shot = plain(shotName(scene.shotType));
  const showsDescription = footage.length === 0 && spec.look === "animatic" && !bare;
  return {
    script: spec.captions === "none" && footage.length > 0 ? "" : checked(scene.script, "script"),
    shot,
    product: plain(spec.product),
    eyebrow: shot === "" ? `Scene ${scene.sceneNumber}` : `Scene ${scene.sceneNumber} — ${shot}`,
    description: showsDescription ? checked(scene.description, "description") : plain(scene.description),
    callToAction: plain(spec.callToAction),
  };
}

function captionText(
  script: string,
  timed: TimedScene,
  { spec, style, ending }: { spec: AnimaticSpec; style: Style; ending: number },
): CaptionText | null {
  const { start, frames } = timed;
  if (script === "") return null;
  const { uppercase } = style.look.caption;
  const set = (text: string): string => {
    const legible = legibleText(text, style.typography).text;
    return uppercase ? legible.toLocaleUpperCase(spec.language ?? undefined) : legible;
  };
  const spoken: SpokenWord[] = spec.scenes.flatMap(({ words = [] }) => words);
  const words = wordsInScene(spoken, { start, frames, fps: FPS }).map((word) => ({ ...word, text: set(word.text) }));
  const to = frames - ending;
  return {
    text: set(script),
    words: words.filter(({ text }) => text !== ""),
    span: { from: 0, to },
    pages: Math.max(1, Math.floor(to / FPS / PAGE_SECONDS)),
    byWords: spec.captions === "words",
  };
}

/** A composed scene, or a card with its words. */
interface Shown extends Composition {
  words?: Still | null;
}

/** Returns the card of a scene without assets: its script, large; in an animatic also what it will show. */
function cardOf(
  timed: TimedScene,
  {
    style,
    warn,
    bare = false,
    texts,
    caption,
    isSlated,
  }: SceneOptions & { texts: SceneTexts; caption: CaptionText | null; isSlated: boolean },
): Shown {
  const { layout, look } = style;
  const { safe, unit } = layout;
  const picture = { x: 0, y: 0, width: layout.width, height: layout.height };
  const visual = cardVisual(timed, style);
  const base = { visual, picture, panel: null };
  if (isSlated || bare) {
    const foot: Place = {
      ...{ x: safe.x + (safe.width - layout.caption.width) / 2, y: safe.y + safe.height - layout.caption.height },
      ...{ ...layout.caption, align: "center", anchor: "bottom" },
    };
    const set = caption ? setIn(foot, { style, caption, pad: { x: 0, y: 0 } }) : [];
    const tallest = Math.max(0, ...set.map(({ block }) => block.height));
    const top = caption ? safe.y + safe.height - tallest : layout.height;
    const words = cardWords({ eyebrow: texts.eyebrow, headline: texts.description || texts.product }, style, top);
    if (words.cut && !bare) warn("The description is longer than its card can hold, so it ends with an ellipsis");
    const draw = { place: foot, face: look.caption.face, ground: "card", side: "foot" } as const;
    const pages = set.map((page) => captionPage(page, style, draw));
    return { ...base, words, pages, cut: set.some(({ block }) => block.cut) };
  }
  const { face, size, align } = look.headline;
  const text = caption ?? {
    ...{ text: texts.product, words: [], pages: 1, byWords: false },
    span: { from: 0, to: timed.frames },
  };
  const room: Place = {
    ...safe,
    y: safe.y + HEAD * unit,
    height: safe.height - 2 * HEAD * unit,
    align,
    anchor: "middle",
  };
  const set =
    text.text === "" ? [] : setIn(room, { style, caption: text, pad: { x: 0, y: 0 }, size: { max: size, face } });
  const pages = set.map((page) => captionPage(page, style, { place: room, face, ground: "card", side: "foot" }));
  return { ...base, pages, cut: set.some(({ block }) => block.cut) };
}

function cardVisual(timed: TimedScene, style: Style): Visual {
  const seen = seenFrames(timed);
  const mirrored = timed.scene.sceneNumber % 2 === 0;
  const move = cameraMove("tracking", { seconds: seen / FPS, mirrored });
  const ground = cardGround(style, { scale: closestZoom(move), turn: timed.scene.sceneNumber });
  return stillVisual({ canvas: ground, ground: "card" }, move, {
    frame: style.layout,
    frames: seen,
    ease: style.look.motion.ease,
    plain: true,
  });
}
