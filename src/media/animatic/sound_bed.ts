import { type AudioSample, AudioSampleSink, type InputAudioTrack, OGG } from "mediabunny";
import { openContainer } from "../readers/open_container.ts";
import type { Piece, PieceLoop } from "./piece_loop.ts";
import { UnusableAsset } from "./unusable.ts";
import { createVorbisLoop } from "./vorbis_loop.ts";

/** Endless stereo made of one sound file. */
export interface SoundBed {
  /** Samples per second. */
  rate: number;
  /** The next frames as planar stereo: all of the left channel, then all of the right. */
  read(frames: number): Promise<Float32Array>;
  close(): void;
}

/** What AAC can be made of (ISO/IEC 14496-3, table 1.16): the bed keeps its own rate, so nothing is resampled. */
const AAC_RATES = new Set([8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000]);

/**
 * Opens a sound file and decodes its beginning.
 *
 * @param warn receives a sentence if the file breaks off in the middle; what follows is silence
 * @throws {UnusableAsset} with the reason; any other error means that the file cannot be decoded
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
    const loop = vorbis ? createVorbisLoop(path) : createLoop(track);
    opened = loop;
    const codec = (await track.getCodec()) ?? "unknown";
    const first = await loop.next().catch(() => {
      throw new UnusableAsset(`its codec (${codec}) cannot be decoded, or it is damaged`);
    });
    if (!first) throw new UnusableAsset("it has no sound in it");
    const rate = first.rate;
    if (!AAC_RATES.has(rate)) throw new UnusableAsset(`its sample rate of ${rate} Hz is not supported`);
    let piece: Piece | null = first;
    let at = 0;
    return {
      rate,
      async read(frames) {
        const out = new Float32Array(frames * 2);
        let filled = 0;
        while (filled < frames && piece) {
          const count = Math.min(frames - filled, piece.left.length - at);
          out.set(piece.left.subarray(at, at + count), filled);
          out.set(piece.right.subarray(at, at + count), frames + filled);
          filled += count;
          at += count;
          if (at < piece.left.length) continue;
          at = 0;
          piece = await loop.next().catch(() => {
            warn("The sound stops early: the rest of its file is damaged");
            return null;
          });
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

function createLoop(track: InputAudioTrack): PieceLoop {
  const sink = new AudioSampleSink(track);
  let samples = sink.samples();
  return {
    async next() {
      for (let turn = 0; turn < 2; turn++) {
        for (;;) {
          const { value: sample, done } = await samples.next();
          if (done || !sample) break;
          const piece = toStereo(sample);
          sample.close();
          if (piece.left.length > 0) return piece;
        }
        samples = sink.samples();
      }
      return null;
    },
    close() {
      samples.return().catch(() => {});
    },
  };
}

/** The first two channels; a single one is heard on both sides. */
function toStereo(sample: AudioSample): Piece {
  const plane = (planeIndex: number): Float32Array => {
    const data = new Float32Array(sample.numberOfFrames);
    sample.copyTo(data, { planeIndex, format: "f32-planar" });
    return data;
  };
  const left = plane(0);
  return { rate: sample.sampleRate, left, right: sample.numberOfChannels > 1 ? plane(1) : left };
}
