import type { Stereo } from "../downmix.ts";
import { SOUND_RATE } from "../sound_spec.ts";
import type { Play } from "./play.ts";
import { createRandom, type Note, type Part } from "./write_score.ts";

/** A simple instrument: overtones under an envelope. */
interface Timbre {
  /** The amplitudes of the overtones, the first of the tone itself. */
  readonly overtones: readonly number[];
  /** Seconds. */
  readonly attack: number;
  /** Seconds in which a held tone falls to a third; infinite for one that is sustained. */
  readonly decay: number;
  /** Seconds of the fade after its end. */
  readonly release: number;
  readonly level: number;
  /** −1, left, to 1, right. */
  readonly pan: number;
}

const TIMBRES: Readonly<Record<Exclude<Part, "drums">, Timbre>> = {
  pad: { overtones: [1, 0.3, 0.1], attack: 0.4, decay: Infinity, release: 0.6, level: 0.12, pan: 0 },
  chords: { overtones: [1, 0.4, 0.2, 0.1], attack: 0.01, decay: 0.9, release: 0.2, level: 0.14, pan: -0.3 },
  figure: { overtones: [1, 0.5, 0.1], attack: 0.005, decay: 0.35, release: 0.15, level: 0.2, pan: 0.3 },
  bass: { overtones: [1, 0.5, 0.2], attack: 0.01, decay: 1.2, release: 0.12, level: 0.34, pan: 0 },
  lead: { overtones: [1, 0.2, 0.3], attack: 0.03, decay: 0.8, release: 0.3, level: 0.14, pan: 0.15 },
};
const DRUM_SECONDS = 0.25;

/** Plays a score on simple tones, where no sampled instruments are installed. */
export const playSynthesized: Play = async function* play(notes, { frames }) {
  const reach = (note: Note) =>
    note.start + (note.part === "drums" ? DRUM_SECONDS : note.length + TIMBRES[note.part].release);
  for (let from = 0; from < frames; from += SOUND_RATE) {
    const length = Math.min(SOUND_RATE, frames - from);
    const piece: Stereo = { left: new Float32Array(length), right: new Float32Array(length) };
    const [begin, end] = [from / SOUND_RATE, (from + length) / SOUND_RATE];
    for (const note of notes) {
      if (note.start >= end) break;
      if (reach(note) <= begin) continue;
      if (note.part === "drums") addDrum(piece, note, from);
      else addTone(piece, { note, timbre: TIMBRES[note.part], from });
    }
    yield piece;
  }
};

function addTone({ left, right }: Stereo, { note, timbre, from }: { note: Note; timbre: Timbre; from: number }): void {
  const { start, length, key, velocity } = note;
  const { overtones, attack, decay, release, level, pan } = timbre;
  const radians = (2 * Math.PI * 440 * 2 ** ((key - 69) / 12)) / SOUND_RATE;
  const first = Math.round(start * SOUND_RATE);
  const last = Math.round((start + length + release) * SOUND_RATE);
  const gain = (level * velocity) / 127;
  for (let at = Math.max(first, from); at < Math.min(last, from + left.length); at++) {
    const time = (at - first) / SOUND_RATE;
    const fall = decay === Infinity ? 1 : Math.exp(-time / decay);
    const envelope = Math.min(1, time / attack) * fall * Math.min(1, Math.max(0, (length + release - time) / release));
    let value = 0;
    for (const [index, amplitude] of overtones.entries()) {
      value += amplitude * Math.sin(radians * (index + 1) * (at - first));
    }
    const sample = value * envelope * gain;
    left[at - from] = (left[at - from] ?? 0) + sample * (1 - Math.max(0, pan));
    right[at - from] = (right[at - from] ?? 0) + sample * (1 + Math.min(0, pan));
  }
}

const LOW_DRUMS: ReadonlySet<number> = new Set([36, 41]);

function addDrum({ left, right }: Stereo, { start, key, velocity }: Note, from: number): void {
  const first = Math.round(start * SOUND_RATE);
  const last = first + DRUM_SECONDS * SOUND_RATE;
  const random = createRandom(`${key} ${first}`);
  const isLow = LOW_DRUMS.has(key);
  const gain = ((isLow ? 0.5 : 0.12) * velocity) / 127;
  for (let at = first; at < Math.min(last, from + left.length); at++) {
    const noise = random() * 2 - 1;
    if (at < from) continue;
    const time = (at - first) / SOUND_RATE;
    const tone = isLow ? Math.sin(2 * Math.PI * (50 * time + 1.6 * (1 - Math.exp(-time * 40)))) : noise;
    const envelope = Math.min(1, time / 0.002) * Math.exp(-time * (isLow ? 14 : 45)) * Math.min(1, (last - at) / 960);
    const sample = tone * envelope * gain;
    left[at - from] = (left[at - from] ?? 0) + sample;
    right[at - from] = (right[at - from] ?? 0) + sample;
  }
}
