import { type AudioSample, AudioSampleSink, type InputAudioTrack, OGG } from "mediabunny";
import { openContainer } from "../../film/open_container.ts";
import { UnusableAsset } from "../unusable.ts";
import { downmix, speakersOf } from "./downmix.ts";
import { endless } from "./endless.ts";
import type { Piece, PieceLoop } from "./piece_loop.ts";
import { createResampler } from "./resample.ts";
import { createVorbisLoop } from "./vorbis_loop.ts";

/** Endless stereo from one sound file. */
export interface SoundBed {
  /** Samples per second. */
  rate: number;
  /** Returns the next frames as planar stereo: all of the left channel, then all of the right. */
  read(frames: number): Promise<Float32Array>;
  close(): void;
}

/** The sample rates of AAC (ISO/IEC 14496-3, table 1.16): a bed at one of them keeps its own rate. */
const AAC_RATES = new Set([8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000]);

/** The target for any other rate. */
const COMMON_RATE = 48_000;

/** The range of accepted sample rates: the cost of resampling grows with the rate. */
const RATES = { lowest: 4000, highest: 384_000 } as const;

/**
 * Opens a sound file and decodes its beginning.
 *
 * @param warn receives a sentence if the file breaks off in the middle; what follows is silence
 * @throws {UnusableAsset} with the reason; any other error means that decoding failed
 */
export async function openBed(path: string, warn: (message: string) => void): Promise<SoundBed> {
  const { input } = openContainer(path);
  let opened: PieceLoop | null = null;
  try {
    if (!(await input.canRead())) throw new UnusableAsset("its container is damaged, or not one that can be played");
    const track = await input.getPrimaryAudioTrack();
    const vorbis = (await track?.getCodec()) === "vorbis" && (await input.getFormat()) === OGG;
    if (!track || !(vorbis || (await track.canDecode())))
      throw new UnusableAsset("it has no sound that can be decoded");
    const codec = (await track.getCodec()) ?? "unknown";
    const loop = vorbis ? createVorbisLoop(path) : createLoop(track, codec);
    opened = loop;
    const first = await loop.next().catch(() => {
      throw new UnusableAsset(`its codec (${codec}) cannot be decoded, or it is damaged`);
    });
    if (!first) throw new UnusableAsset("it has no sound in it");
    if (first.rate < RATES.lowest || first.rate > RATES.highest) {
      throw new UnusableAsset(`its sample rate of ${first.rate} Hz is not supported`);
    }
    const rate = AAC_RATES.has(first.rate) ? first.rate : COMMON_RATE;
    const resampler = rate === first.rate ? null : createResampler(first.rate, rate);
    const pieces = endless(startingWith(first, loop), {
      onBroken: () => warn("The sound stops early: the rest of its file is damaged"),
    });
    let piece: Piece = { rate, left: new Float32Array(0), right: new Float32Array(0) };
    let at = 0;
    return {
      rate,
      async read(frames) {
        const out = new Float32Array(frames * 2);
        let filled = 0;
        while (filled < frames) {
          const count = Math.min(frames - filled, piece.left.length - at);
          out.set(piece.left.subarray(at, at + count), filled);
          out.set(piece.right.subarray(at, at + count), frames + filled);
          filled += count;
          at += count;
          if (at < piece.left.length) continue;
          const { value, done } = await pieces.next();
          if (done || !value) break;
          piece = resampler ? resampler.push(value) : value;
          at = 0;
        }
        return out;
      },
      close() {
        loop.close();
        input.dispose();
      },
    };
  } catch (error) {
    opened?.close();
    input.dispose();
    throw error;
  }
}

function startingWith(first: Piece, loop: PieceLoop): PieceLoop {
  let begun = false;
  return {
    async next() {
      if (begun) return await loop.next();
      begun = true;
      return first;
    },
    close: () => loop.close(),
  };
}

function createLoop(track: InputAudioTrack, codec: string): PieceLoop {
  const sink = new AudioSampleSink(track);
  let samples = sink.samples();
  return {
    async next() {
      for (;;) {
        const { value: sample, done } = await samples.next();
        if (done || !sample) break;
        const piece = toStereo(sample, codec === "aac" ? "aac" : "wave");
        sample.close();
        if (piece.left.length > 0) return piece;
      }
      samples = sink.samples();
      return null;
    },
    close() {
      samples.return().catch(() => {});
    },
  };
}

function toStereo(sample: AudioSample, order: "aac" | "wave"): Piece {
  const planes = Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
    const data = new Float32Array(sample.numberOfFrames);
    sample.copyTo(data, { planeIndex, format: "f32-planar" });
    return data;
  });
  return { rate: sample.sampleRate, ...downmix(planes, speakersOf(planes.length, order)) };
}
