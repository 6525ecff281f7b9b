import {
  ADTS,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputAudioTrack,
  type InputFormat,
  type InputTrack,
  type InputVideoTrack,
  MATROSKA,
  MP3,
  Mp4InputFormat,
  OGG,
  type Source,
  WAVE,
  WEBM,
} from "mediabunny";
import { ByteFile } from "../files/byte_file.ts";
import { findAdts, readAdtsFrame } from "../sound/adts.ts";
import { countFrames, type FrameCount, MAX_JUNK_BYTES } from "../sound/audio_frames.ts";
import { findMpegAudio, readMpegFrame } from "../sound/mpeg_audio.ts";
import { oggExtents } from "../sound/ogg.ts";
import { movieBrand } from "./boxes.ts";
import { elementAt, ID } from "./ebml.ts";
import { readMatroska } from "./matroska.ts";
import { type Movie, readMovie } from "./movie.ts";
import { patchedFile, splicedFile } from "./patched_file.ts";

/** An open film or sound. */
export interface Container extends Disposable {
  readonly input: Input;
  /** The metadata of an MP4 or MOV that the library does not provide; null for all other formats. */
  readonly movie: Movie | null;
}

/**
 * The format of MP4 and MOV. The library accepts only files with `ftyp`, and QuickTime has films without one (measured
 * with 1.61.0); the boxes were validated before, so no further check is needed.
 */
class AnyMovie extends Mp4InputFormat {
  _canReadInput(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

const ANY_MOVIE = new AnyMovie();

/**
 * Opens a film or a sound for the container library, with unsupported parts patched or hidden. The list of formats is
 * explicit, because the library's default one includes playlists that reference other files.
 *
 * Throws `media_unreadable` for a truncated film, and for one of more parts than a film can have.
 */
export function openContainer(path: string): Container {
  const { source, formats, movie } = mended(path);
  const input = new Input({ source, formats });
  return { input, movie, [Symbol.dispose]: () => input.dispose() };
}

function mended(path: string): { source: Source; formats: InputFormat[]; movie: Movie | null } {
  using file = new ByteFile(path);
  if (elementAt(file, 0)?.id === ID.ebml) {
    return { source: patchedFile(path, readMatroska(file)), formats: [MATROSKA, WEBM], movie: null };
  }
  if (movieBrand(file) !== null) {
    const movie = readMovie(file);
    return { source: patchedFile(path, movie), formats: [ANY_MOVIE], movie };
  }
  return { ...openSoundFile(path, file), movie: null };
}

/** Opens a sound without the padding or junk in it, with which the library would not recognize its format. */
function openSoundFile(path: string, file: ByteFile): { source: Source; formats: InputFormat[] } {
  if (file.text(8, 4) === "WAVE") return { source: new FilePathSource(path), formats: [WAVE] };
  if (file.indexOf("OggS\0\x02", 0, MAX_JUNK_BYTES) >= 0) {
    return { source: splicedFile(path, oggExtents(file)), formats: [OGG] };
  }
  const { format, parts } = framesOf(file);
  return { source: splicedFile(path, parts.flat()), formats: [format] };
}

function framesOf(file: ByteFile): { format: typeof ADTS | typeof MP3; parts: FrameCount["parts"] } {
  const [mpeg, adts] = [findMpegAudio(file), findAdts(file)];
  const isAdts = (adts ?? file.size) < (mpeg ?? file.size);
  const { parts } = countFrames(file, (isAdts ? adts : mpeg) ?? file.size, isAdts ? readAdtsFrame : readMpegFrame);
  return { format: isAdts ? ADTS : MP3, parts };
}

/** Returns the parts of an MP3 whose sample rate changes: the container library reads the first one only. */
export function mp3Parts(file: ByteFile): FrameCount["parts"] {
  return framesOf(file).parts;
}

/** Returns true if a track has samples. */
export async function hasSamples(track: InputTrack): Promise<boolean> {
  if (!track.isVideoTrack() && !track.isAudioTrack()) return false;
  return (await new EncodedPacketSink(track).getFirstPacket({ metadataOnly: true })) !== null;
}

/** Returns the displayed track of a film: its primary one, unless that is empty; null if there is no picture. */
export async function pictureTrack(input: Input): Promise<InputVideoTrack | null> {
  return await firstWithSamples([await input.getPrimaryVideoTrack(), ...(await input.getVideoTracks())]);
}

/** Returns the played track of a sound: its primary one, unless that is empty; null if there is none. */
export async function soundTrack(input: Input): Promise<InputAudioTrack | null> {
  return await firstWithSamples([await input.getPrimaryAudioTrack(), ...(await input.getAudioTracks())]);
}

async function firstWithSamples<T extends InputTrack>(tracks: readonly (T | null)[]): Promise<T | null> {
  for (const track of tracks) if (track && (await hasSamples(track))) return track;
  return null;
}
