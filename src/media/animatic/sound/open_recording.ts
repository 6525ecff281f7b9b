import { Input, type InputAudioTrack, MP3, OGG } from "mediabunny";
import { ByteFile } from "../../files/byte_file.ts";
import { type Container, mp3Parts, openContainer, soundTrack } from "../../film/open_container.ts";
import { type Extent, splicedFile } from "../../film/patched_file.ts";
import { presentationOf } from "../../film/presentation.ts";
import { isOggFlac, oggChain } from "../../sound/ogg.ts";
import { UnusableAsset } from "../unusable.ts";
import { decodeTrack } from "./decode_track.ts";
import { type EndlessOptions, endless } from "./endless.ts";
import { createOggLoop, oggOf, pagesOfParts } from "./ogg_loop.ts";
import { loopOf, type Piece, type PieceLoop } from "./piece_loop.ts";
import { createPieceReader, type SoundReader } from "./piece_reader.ts";
import { createResampler } from "./resample.ts";
import { SOUND_RATE } from "./sound_spec.ts";

/** A fault in the middle of a sound: it is damaged and silent from there on, or some of its samples are no numbers. */
export type SoundFault = "damaged" | "not_numbers";

/** The options of {@linkcode openRecording}. */
export interface RecordingOptions {
  /** Starts again after the end. */
  readonly repeats: boolean;
  /** Called at most once for each fault. */
  readonly onFault: (fault: SoundFault) => void;
}

/** The range of accepted sample rates: the cost of resampling grows with the rate. */
const RATES = { lowest: 4000, highest: 384_000 } as const;
/** The largest amplitude of a sample; files of floating-point samples may hold anything. */
const MAX_SAMPLE = 8;

/**
 * Opens a sound file, or the sound of a film, and decodes its beginning.
 *
 * @throws {UnusableAsset} with the reason; any other error means that decoding failed
 */
export async function openRecording(path: string, { repeats, onFault }: RecordingOptions): Promise<SoundReader> {
  const container = openContainer(path);
  const { input } = container;
  let opened: PieceLoop | null = null;
  try {
    if (!(await input.canRead())) throw new UnusableAsset("its container is damaged, or not one that can be played");
    const track = await soundTrack(input);
    const loop = await openLoop(path, track, container);
    opened = loop;
    const first = await loop.next().catch(() => {
      throw new UnusableAsset(
        `its codec (${track?.codec ?? "unknown"}) cannot be decoded, or it is damaged; store it as WAV or MP3 instead`,
      );
    });
    if (!first) throw new UnusableAsset("it has no sound in it");
    if (first.rate < RATES.lowest || first.rate > RATES.highest) {
      throw new UnusableAsset(`its sample rate of ${first.rate} Hz is not supported`);
    }
    const onBroken = () => onFault("damaged");
    const pieces = repeats ? endless(loop, { first, onBroken }) : onePass(loop, { first, onBroken });
    const mixable = atSoundRate(pieces, { rate: first.rate, onImpure: () => onFault("not_numbers") });
    return createPieceReader(mixable, () => {
      loop.close();
      input.dispose();
    });
  } catch (error) {
    opened?.close();
    input.dispose();
    throw error;
  }
}

async function* onePass(loop: PieceLoop, { first, onBroken }: EndlessOptions): AsyncGenerator<Piece, void> {
  for (let piece: Piece | null = first; piece; ) {
    yield piece;
    piece = await loop.next().catch(() => {
      onBroken();
      return null;
    });
  }
}

/** Resamples pieces to the rate of the mix, without samples that are no numbers. */
async function* atSoundRate(
  pieces: AsyncIterable<Piece>,
  { rate, onImpure }: { rate: number; onImpure: () => void },
): AsyncGenerator<Piece, void> {
  const resampler = rate === SOUND_RATE ? null : createResampler(rate, SOUND_RATE);
  let isPure = true;
  const pure = (samples: Float32Array): Float32Array => {
    if (samples.every((value) => Math.abs(value) <= MAX_SAMPLE)) return samples;
    if (isPure) onImpure();
    isPure = false;
    return samples.map((value) => (Number.isNaN(value) ? 0 : Math.max(-MAX_SAMPLE, Math.min(MAX_SAMPLE, value))));
  };
  for await (const piece of pieces) {
    const left = pure(piece.left);
    const clean = { ...piece, left, right: piece.right === piece.left ? left : pure(piece.right) };
    yield resampler ? resampler.push(clean) : clean;
  }
}

async function openLoop(path: string, track: InputAudioTrack | null, container: Container): Promise<PieceLoop> {
  const pages = () => pagesOfParts(path);
  if (!track) {
    using file = new ByteFile(path);
    if (isOggFlac(file)) return createOggLoop("flac", pages);
    throw new UnusableAsset("its codec cannot be decoded; store it as WAV or MP3 instead");
  }
  const isOgg = (await container.input.getFormat()) === OGG;
  if (track.codec === "vorbis") return createOggLoop("vorbis", isOgg ? pages : () => [oggOf(track)]);
  if (isOgg) return loopOf(() => decodeParts(path, { format: OGG, partsOf: oggChain }));
  if ((await container.input.getFormat()) === MP3) {
    return loopOf(() => decodeParts(path, { format: MP3, partsOf: mp3Parts }));
  }
  const { stretches } = await presentationOf(track, container.movie);
  return loopOf(() => decodeTrack(track, stretches));
}

/** Decodes all parts of a chained file; the container library reads the first one only. */
async function* decodeParts(
  path: string,
  { format, partsOf }: { format: typeof OGG | typeof MP3; partsOf: (file: ByteFile) => readonly (readonly Extent[])[] },
): AsyncGenerator<Piece, void> {
  using file = new ByteFile(path);
  for (const part of partsOf(file)) {
    using input = new Input({ source: splicedFile(path, part), formats: [format] });
    const track = await soundTrack(input);
    if (track) yield* decodeTrack(track, []);
  }
}
