import { DRUMS } from "./drums.ts";
import type { MusicStyle } from "./styles.ts";

/** The parts of a score; each is played by one instrument of the style. */
export const PARTS = ["pad", "chords", "figure", "bass", "lead", "drums"] as const;
/** One of {@linkcode PARTS}. */
export type Part = (typeof PARTS)[number];

/** A note of a score. */
export interface Note {
  readonly part: Part;
  /** Seconds from the beginning. */
  readonly start: number;
  /** Seconds. */
  readonly length: number;
  /** The MIDI key; of drums, the General MIDI drum. */
  readonly key: number;
  /** 1 to 127. */
  readonly velocity: number;
}

const SCALES = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] } as const;
const BEATS_PER_BAR = 4;
/** Seconds that the last chord rings, at most a quarter of the music. */
const RING = 2.6;
const DOMINANT = 4;

/**
 * Writes a score that lasts exactly as long as the film: an intro without drums, a body that grows, a cadence, and a last
 * chord that rings out. The tempo is stretched so that the last chord falls on a beat.
 */
export function writeScore(style: MusicStyle, { seconds, seed }: { seconds: number; seed: string }): Note[] {
  const random = createRandom(`${style.name} ${seed}`);
  const ring = Math.min(RING, seconds / 4);
  const [slow, fast] = style.tempo;
  const wanted = slow + random() * (fast - slow);
  const beats = Math.max(1, Math.round(((seconds - ring) * wanted) / 60));
  const beat = (seconds - ring) / beats;
  const root = 45 + Math.floor(random() * 8);
  const progression = pick(style.progressions, random);
  const bars = Math.ceil(beats / BEATS_PER_BAR);
  const intro = bars >= 6 ? 2 : bars >= 3 ? 1 : 0;
  const motif = Array.from({ length: 4 }, () => Math.floor(random() * 5));
  const notes: Note[] = [];
  const add = (part: Part, at: number, { length, key, velocity }: Omit<Note, "part" | "start">) =>
    notes.push({ part, start: at * beat, length: length * beat, key, velocity: Math.round(velocity) });

  for (let bar = 0; bar < bars; bar++) {
    const from = bar * BEATS_PER_BAR;
    const length = Math.min(BEATS_PER_BAR, beats - from);
    const isLast = bar === bars - 1;
    const degree = isLast && bars > 1 ? (style.mode === "major" ? DOMINANT : 6) : (progression[bar % 4] ?? 0);
    const chord = chordOf(style, { root, degree });
    // The music grows from the intro to its end.
    const growth = 0.75 + 0.25 * Math.min(1, bar / Math.max(1, bars - 1));
    const isBody = bar >= intro;
    for (const key of chord) add("pad", from, { length, key: key + 12, velocity: 46 * growth });
    add("bass", from, { length: isBody ? length * 0.6 : length, key: bassOf(chord), velocity: 70 * growth });
    if (isBody && length === BEATS_PER_BAR)
      add("bass", from + 2.5, { length: 1.4, key: bassOf(chord), velocity: 62 * growth });
    if (isBody) {
      for (const [index, key] of chord.entries())
        add("chords", from + index * 0.02, { length: length * 0.95, key: key + 12, velocity: 52 * growth });
    }
    for (const [at, step] of figureOf(style.figure, length)) {
      const key = (chord[step % chord.length] ?? root) + 24 - (step >= chord.length ? 0 : 12);
      add("figure", from + at, { length: 0.9, key, velocity: (isBody ? 60 : 50) * growth * (at % 1 === 0 ? 1 : 0.85) });
    }
    if (isBody && bar % 4 >= 2 && length === BEATS_PER_BAR && bars > 4) {
      const at = motif[bar % 4] ?? 0;
      const key = (chord[at % chord.length] ?? root) + 24;
      add("lead", from + (at % 2), { length: 1.8, key, velocity: 46 * growth });
    }
    if (isBody) {
      for (const { at, key, velocity } of DRUMS[style.drums]) {
        if (at < length) add("drums", from + at, { length: 0.25, key, velocity: velocity * growth });
      }
    }
  }
  const last = chordOf(style, { root, degree: 0 });
  const rest = ring / beat;
  for (const key of last) {
    add("pad", beats, { length: rest, key: key + 12, velocity: 48 });
    add("chords", beats, { length: rest, key: key + 12, velocity: 58 });
  }
  add("figure", beats, { length: rest, key: (last[0] ?? root) + 24, velocity: 58 });
  add("bass", beats, { length: rest, key: bassOf(last), velocity: 72 });
  return notes.sort((a, b) => a.start - b.start);
}

/** Returns the keys of a chord, in a narrow range so that chords follow each other smoothly. */
function chordOf({ mode, seventh }: MusicStyle, { root, degree }: { root: number; degree: number }): number[] {
  const scale = SCALES[mode];
  const steps = seventh ? [0, 2, 4, 6] : [0, 2, 4];
  const keys = steps.map((step) => {
    const at = degree + step;
    // The dominant of a minor key has a major third.
    const raised = mode === "minor" && at % 7 === 6 && degree === DOMINANT ? 1 : 0;
    return root + (scale[at % 7] ?? 0) + 12 * Math.floor(at / 7) + raised;
  });
  return keys.map((key) => (key > root + 14 ? key - 12 : key)).sort((a, b) => a - b);
}

function bassOf(chord: readonly number[]): number {
  const lowest = chord[0] ?? 45;
  return lowest - 12 < 33 ? lowest : lowest - 12;
}

/** Returns the beats of a figure with the tone of the chord that each plays. */
function figureOf(figure: MusicStyle["figure"], beats: number): (readonly [at: number, step: number])[] {
  const patterns = {
    arpeggio: [0, 1, 2, 3, 2, 1, 2, 1].map((step, index) => [index / 2, step] as const),
    pulse: [0, 0, 1, 0, 2, 0, 1, 0].map((step, index) => [index / 2, step] as const),
    sparse: [
      [0.5, 2],
      [1.5, 1],
      [3, 3],
    ] as const,
  };
  return patterns[figure].filter(([at]) => at < beats);
}

function pick<T>(list: readonly T[], random: () => number): T {
  const entry = list[Math.floor(random() * list.length)];
  if (entry === undefined) throw new Error("Cannot choose from an empty list");
  return entry;
}

/** Creates the generator mulberry32 from a text: the same numbers on every machine. */
export function createRandom(seed: string): () => number {
  let state = Bun.hash.crc32(seed) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
