import { rm } from "node:fs/promises";
import { provideWebCodecs } from "../web_codecs.ts";
import type { Bus } from "./bus.ts";
import { type BusName, busesOf, type Warn } from "./buses.ts";
import type { Stereo } from "./downmix.ts";
import { duckingCurve, fadeCurve, type GainCurve } from "./gain_curves.ts";
import { amplitude, createLoudnessMeter } from "./loudness.ts";
import { createMaster, type MasterBus } from "./master.ts";
import { openScratch, type Scratch } from "./scratch.ts";
import { type MixedSound, type MixPaths, SOUND_RATE, type SoundSpec, type SpeechWindow } from "./sound_spec.ts";
import { createSpeechDetector, joinWindows } from "./speech_windows.ts";

/** The loudness of each bus before the mix is brought to its own, in LUFS; the music's is that between spoken lines. */
const BUS_LOUDNESS: Readonly<Record<BusName, number>> = { voice: -16, music: -18, clips: -20 };
/** The most by which a quiet bus is raised, in dB: beyond it there is more noise than sound. */
const MAX_RAISE = 30;
/** Seconds of the fades of music, and of the whole film against clicks. */
const MUSIC_FADE = { in: 0.3, out: 1.2 } as const;
const FILM_FADE = { in: 0.005, out: 0.05 } as const;
/** Seconds between spoken lines in which the music stays low: to rise and fall at once would sound like pumping. */
const CALM = 0.8;
const BLOCK = 8192;

/**
 * Mixes the sound of a film: voice, music that is lowered under it, and sounds of clips, at −14 LUFS with a true peak
 * of at most −1 dBTP after encoding. The decoded sounds are kept in a scratch file, so memory does not grow with the
 * film. The same inputs give the same samples and packets.
 *
 * @param scratchPath a file to create, which is removed at the end
 * @throws {AppError} `unavailable` if the disk is full; the signal's reason if it is aborted
 */
export async function mixSound(
  spec: SoundSpec,
  outPaths: MixPaths,
  { scratchPath, signal }: { scratchPath: string; signal: AbortSignal },
): Promise<MixedSound> {
  provideWebCodecs();
  const frames = Math.round(spec.seconds * SOUND_RATE);
  const warnings: MixedSound["warnings"] = [];
  const warn: Warn = (sceneNumber, message) => {
    warnings.push({ sceneNumber, message });
  };
  const buses = busesOf(spec, warn);
  await rm(scratchPath, { force: true });
  await using scratch = await openScratch(scratchPath, buses.size);
  const heard = await collect(buses, { scratch, frames, signal });
  const speech = speechOf(spec, heard.detected);
  const ducked = duckingCurve(joinWindows(speech, CALM));
  const curves: Readonly<Record<BusName, readonly GainCurve[]>> = {
    voice: [],
    music: [ducked, fadeCurve(frames, MUSIC_FADE)],
    clips: [ducked],
  };
  const film = fadeCurve(frames, FILM_FADE);
  const masterBuses = Array.from(buses, ([name, bus]): MasterBus => {
    const level = name === "music" ? (spec.music?.level ?? 0) : 0;
    const gain = busGain(name, heard.loudness.get(name) ?? null, level);
    if (bus.isOpened && gain.isFaint && name !== "clips") {
      warn(null, `The ${name} is silent or almost silent; use a louder recording`);
    }
    return { name, gain: gain.factor, curves: [...curves[name], film] };
  });
  const measured = await createMaster({ scratch, buses: masterBuses, frames, signal }).write(outPaths);
  return { ...measured, speech, warnings };
}

interface Heard {
  readonly loudness: ReadonlyMap<BusName, number | null>;
  /** The windows in which the voice bus speaks. */
  readonly detected: SpeechWindow[];
}

/** Decodes all buses into the scratch file and measures them. */
async function collect(
  buses: ReadonlyMap<BusName, Bus>,
  { scratch, frames, signal }: { scratch: Scratch; frames: number; signal: AbortSignal },
): Promise<Heard> {
  const meters = new Map(Array.from(buses.keys(), (name) => [name, createLoudnessMeter()]));
  const detector = createSpeechDetector();
  try {
    for (let at = 0; at < frames; at += BLOCK) {
      signal.throwIfAborted();
      const blocks: Stereo[] = [];
      for (const [name, bus] of buses) {
        const block = await bus.read(Math.min(BLOCK, frames - at));
        meters.get(name)?.add(block.left, block.right);
        if (name === "voice") detector.add(block.left, block.right);
        blocks.push(block);
      }
      await scratch.append(blocks);
    }
  } finally {
    for (const bus of buses.values()) bus.close();
  }
  return {
    loudness: new Map(Array.from(meters, ([name, meter]) => [name, meter.value()])),
    detected: detector.windows(),
  };
}

/** Returns the windows in which somebody speaks: those of the placed lines, or those that are heard in a recording. */
function speechOf({ voice, voiceOver, seconds }: SoundSpec, detected: readonly SpeechWindow[]): SpeechWindow[] {
  const windows = voiceOver ? detected : voice;
  const inside = windows.map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(seconds, end) }));
  return joinWindows(
    inside.filter(({ start, end }) => start < end),
    0,
  );
}

function busGain(name: BusName, loudness: number | null, level: number): { factor: number; isFaint: boolean } {
  if (loudness === null) return { factor: 0, isFaint: true };
  const raise = BUS_LOUDNESS[name] - loudness;
  return { factor: amplitude(Math.min(MAX_RAISE, raise) + level), isFaint: raise > MAX_RAISE };
}
