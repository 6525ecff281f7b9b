import { rm } from "node:fs/promises";
import { addTo } from "./bus.ts";
import type { BusName } from "./buses.ts";
import type { Stereo } from "./downmix.ts";
import type { GainCurve } from "./gain_curves.ts";
import { amplitude, createLoudnessMeter } from "./loudness.ts";
import type { Scratch } from "./scratch.ts";
import type { MixPaths } from "./sound_spec.ts";
import { createSoundtrackFile, type Measured, measureSoundtrack } from "./soundtrack_file.ts";
import { createTruePeakLimiter, LIMITER_REACH } from "./true_peak_limiter.ts";
import { createWavFile } from "./wav_file.ts";

/** The loudness of every film in LUFS, and its tolerance before and after encoding. */
const LOUDNESS = -14;
const TOLERANCE = { mixed: 0.1, encoded: 0.3 } as const;
/** The true peak in dBTP: of the samples at first, and at most after encoding, which moves peaks. */
const CEILING = -1.5;
const MAX_ENCODED_PEAK = -1.1;
/** Passes that search for the gain, and encodings that search for the ceiling. */
const GAIN_PASSES = 5;
const ENCODINGS = 3;
/** The largest gain in dB: a click in silence must not become a roar. */
const MAX_GAIN = 24;
/** Frames of a block: eight packets of AAC. */
const BLOCK = 8192;

/** A bus in the order of the scratch file, with its gain and the curves over it. */
export interface MasterBus {
  readonly name: BusName;
  readonly gain: number;
  readonly curves: readonly GainCurve[];
}

interface MasterOptions {
  readonly scratch: Scratch;
  readonly buses: readonly MasterBus[];
  readonly frames: number;
  readonly signal: AbortSignal;
}

/** The gain and the ceiling of a pass in dB, and the loudness of its samples in LUFS. */
interface Setting {
  readonly loudness: number;
  readonly gain: number;
  readonly ceiling: number;
}

/** Creates the last stage of a mix: sums the buses, brings the sum to its loudness, and writes the files. */
export function createMaster(options: MasterOptions): { write(paths: MixPaths): Promise<Measured> } {
  return {
    async write(paths) {
      let setting: Setting = { loudness: LOUDNESS, gain: 0, ceiling: CEILING };
      for (let encoding = 1; ; encoding++) {
        setting = await settle(setting, options);
        await writeFiles(paths, setting, options);
        const { loudness, truePeak } = await measureSoundtrack(paths.soundtrack);
        if (loudness === null || truePeak === null) return { loudness: null, truePeak: null };
        const [excess, distance] = [truePeak - MAX_ENCODED_PEAK, LOUDNESS - loudness];
        const isDone = excess <= 0 && (Math.abs(distance) <= TOLERANCE.encoded || setting.gain >= MAX_GAIN);
        if (isDone || encoding === ENCODINGS) return { loudness, truePeak };
        // The encoder takes the highest tones away, by which noise becomes quieter.
        const aim = Math.abs(distance) > TOLERANCE.encoded ? setting.loudness + distance : setting.loudness;
        const ceiling = excess > 0 ? setting.ceiling - excess - 0.2 : setting.ceiling;
        setting = { ...setting, loudness: aim, ceiling };
      }
    },
  };
}

/** Searches for the gain with which the limited sum has its loudness. */
async function settle(setting: Setting, options: MasterOptions): Promise<Setting> {
  let { gain } = setting;
  let before: { gain: number; loudness: number } | null = null;
  for (let pass = 0; pass < GAIN_PASSES; pass++) {
    const meter = createLoudnessMeter();
    for await (const { mix } of blocksOf({ ...setting, gain }, options)) meter.add(mix.left, mix.right);
    const loudness = meter.value();
    if (loudness === null || Math.abs(setting.loudness - loudness) <= TOLERANCE.mixed) break;
    // The limiter takes a part of each dB, the more the louder the sum is.
    const isRising: boolean = before !== null && Math.abs(gain - before.gain) > 0.01;
    const slope = before && isRising ? (loudness - before.loudness) / (gain - before.gain) : 1;
    before = { gain, loudness };
    gain = Math.min(MAX_GAIN, gain + (setting.loudness - loudness) / Math.max(0.25, Math.min(1, slope)));
  }
  return { ...setting, gain };
}

async function writeFiles(paths: MixPaths, setting: Setting, options: MasterOptions): Promise<void> {
  for (const path of Object.values(paths)) await rm(path, { force: true });
  const { frames } = options;
  await using voice = await createWavFile(paths.voice, frames);
  await using music = await createWavFile(paths.music, frames);
  await using mix = await createWavFile(paths.mix, frames);
  await using soundtrack = await createSoundtrackFile(paths.soundtrack, frames);
  for await (const block of blocksOf(setting, options)) {
    await voice.add(block.voice);
    await music.add(block.music);
    await mix.add(block.mix);
    await soundtrack.add(block.mix);
  }
  await soundtrack.finish();
}

/** The same part of the mix and its stems. */
interface MixedBlock {
  readonly mix: Stereo;
  readonly voice: Stereo;
  readonly music: Stereo;
}

/** Yields the film block by block. The limiter's gains apply to the stems too, so that they add up to the mix. */
async function* blocksOf({ gain, ceiling }: Setting, options: MasterOptions): AsyncGenerator<MixedBlock, void> {
  const { scratch, buses, frames, signal } = options;
  const limit = createTruePeakLimiter(amplitude(ceiling));
  const { before, after } = LIMITER_REACH;
  const master = amplitude(gain);
  for (let at = 0; at < frames; at += BLOCK) {
    signal.throwIfAborted();
    const count = Math.min(BLOCK, frames - at);
    const length = before + count + after;
    const sounds = await scratch.read(at - before, length);
    const sum = silence(length);
    const stems = { voice: silence(count), music: silence(count) };
    const scaled = buses.map((bus, index) => {
      const sound = sounds[index] ?? silence(length);
      const gains = new Float32Array(length).fill(bus.gain * master);
      for (const curve of bus.curves) {
        const values = curve(at - before, length);
        for (let i = 0; i < length; i++) gains[i] = (gains[i] ?? 0) * (values[i] ?? 0);
      }
      addStereo(sum, sound, gains);
      return { name: bus.name, sound, gains };
    });
    const limits = limit(sum);
    for (const { name, sound, gains } of scaled) {
      if (name === "clips") continue;
      const all = limits.map((value, i) => value * (gains[before + i] ?? 0));
      addStereo(stems[name], part(sound, before, count), all);
    }
    const mix = silence(count);
    addStereo(mix, part(sum, before, count), limits);
    yield { mix, ...stems };
  }
}

function addStereo(sum: Stereo, sound: Stereo, gains: Float32Array): void {
  addTo(sum.left, sound.left, gains);
  addTo(sum.right, sound.right, gains);
}

function part({ left, right }: Stereo, from: number, count: number): Stereo {
  return { left: left.subarray(from, from + count), right: right.subarray(from, from + count) };
}

function silence(frames: number): Stereo {
  return { left: new Float32Array(frames), right: new Float32Array(frames) };
}
