import type { Box, Layout, Size } from "../layout.ts";
import { busyness, type Sample } from "../visuals/calm.ts";
import { subjectOf } from "../visuals/subject.ts";
import type { Place } from "./caption.ts";

/** A possible place of a caption, and its cost besides that of the picture. */
export interface Candidate extends Place {
  /** The side from which its shade comes; `band` for one in the middle. */
  side: "foot" | "head" | "left" | "right";
  cost: number;
}

/** The share of the subject that a caption may cover, and the busyness of the picture below it (0 to 255). */
const CALM = { covered: 0.1, busyness: 22 } as const;
/** The weights of the subject and of the busyness, against the costs of the candidates. */
const WEIGHTS = { covered: 4, busyness: 1 / 24 } as const;
/** Pixels of air around a text, in units. */
const AIR = 10;

/**
 * Returns the places of a caption in a frame: the foot, the head, and in a wide frame the columns beside the subject.
 *
 * @param options.head units at the top that a slate or a logo takes
 */
export function candidatesOf(layout: Layout, { align, head }: { align: Place["align"]; head: number }): Candidate[] {
  const { safe, caption, unit, width, height } = layout;
  const x = align === "center" ? safe.x + (safe.width - caption.width) / 2 : safe.x;
  const row = { x, ...caption, align };
  const top = Math.round(head * unit);
  const places: Candidate[] = [
    { ...row, y: safe.y + safe.height - caption.height, anchor: "bottom", side: "foot", cost: 0 },
    {
      ...row,
      y: safe.y + top,
      height: Math.min(caption.height, safe.height - top),
      anchor: "top",
      side: "head",
      cost: 0.12,
    },
  ];
  if (width <= height) return places;
  const column = { y: safe.y + top, width: Math.round(width * 0.3), height: safe.height - 2 * top };
  const beside = { ...column, align: "start", anchor: "middle", cost: 0.22 } as const;
  const right = safe.x + safe.width - column.width;
  return [...places, { ...beside, x: safe.x, side: "left" }, { ...beside, x: right, side: "right" }];
}

/**
 * Returns the calmest place for a caption, or null if each would cover the subject or a busy part of the picture.
 *
 * @param measure returns the size of the text in a place; null if it does not fit there
 */
export function placeCaption(
  candidates: readonly Candidate[],
  {
    layout,
    samples,
    measure,
  }: {
    layout: Layout;
    samples: readonly Sample[];
    measure: (candidate: Candidate) => Size | null;
  },
): Candidate | null {
  const subjects = samples.map(({ canvas, focus }) => subjectOf(canvas, focus));
  const air = AIR * layout.unit;
  let best: { candidate: Candidate; cost: number } | null = null;
  for (const candidate of candidates) {
    const size = measure(candidate);
    if (!size) continue;
    const text = textBox(candidate, size);
    const part: Box = { x: text.x - air, y: text.y - air, width: text.width + 2 * air, height: text.height + 2 * air };
    const share = {
      x: part.x / layout.width,
      y: part.y / layout.height,
      width: part.width / layout.width,
      height: part.height / layout.height,
    };
    const covered = Math.max(
      0,
      ...subjects.map((subject) => Math.max(subject.covered(share), overlap(share, subject.box))),
    );
    const busy = busyness(
      samples.map(({ canvas }) => canvas),
      part,
      layout,
    );
    if (covered > CALM.covered || busy > CALM.busyness) continue;
    const cost = candidate.cost + WEIGHTS.covered * covered + WEIGHTS.busyness * busy;
    if (!best || cost < best.cost) best = { candidate, cost };
  }
  return best?.candidate ?? null;
}

/** The largest share of a frame that counts as one subject; a larger one is the whole view. */
const COMPACT = 0.36;
/** The share of a subject's box that belongs to it on each side, such as the handle of a lantern. */
const RIM = 0.25;

/** Returns the share of a part that lies on a compact subject, with its rim. */
function overlap(part: Box, subject: Box): number {
  if (subject.width * subject.height > COMPACT) return 0;
  const [dx, dy] = [RIM * subject.width, RIM * subject.height];
  const wide = Math.min(part.x + part.width, subject.x + subject.width + dx) - Math.max(part.x, subject.x - dx);
  const high = Math.min(part.y + part.height, subject.y + subject.height + dy) - Math.max(part.y, subject.y - dy);
  return (Math.max(0, wide) * Math.max(0, high)) / (part.width * part.height);
}

/** Returns the box of a text of a given size in its place, for text that is read from left to right. */
export function textBox({ x, y, width, height, align, anchor }: Place, size: Size): Box {
  const left = align === "center" ? x + (width - size.width) / 2 : x;
  const top = anchor === "top" ? y : anchor === "bottom" ? y + height - size.height : y + (height - size.height) / 2;
  return { x: left, y: top, ...size };
}
