import {
  ADTS,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputTrack,
  type InputVideoTrack,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from "mediabunny";
import { AppError } from "../../errors.ts";
import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { unreadable, unsupported } from "../refusal.ts";
import { MEDIA_TYPES, type MediaFormat } from "../types.ts";
import { isRiffCut } from "./riff.ts";

/** Opens a film or a sound; an explicit list, because the library's own one holds playlists that point elsewhere. */
export function openContainer(path: string): Input {
  return new Input({
    source: new FilePathSource(path),
    formats: [MP4, QTFF, MATROSKA, WEBM, MP3, WAVE, OGG, ADTS],
  });
}

/**
 * Reads MP4, MOV, WebM, MKV, MP3, WAV, OGG, AAC and M4A: what is in it, how large as displayed, how long.
 *
 * An MP4 without a picture is M4A. A MOV, WebM or MKV without one is refused: the contract has no such sound format.
 */
export async function readContainer(path: string, claimed: MediaFormat): Promise<MediaFacts> {
  const what = `${claimed.toUpperCase()} ${MEDIA_TYPES[claimed].kind} file`;
  try {
    using input = openContainer(path);
    const tracks = await input.getTracks();
    if (tracks.length === 0) throw unreadable(what, "it holds neither picture nor sound, or is truncated");
    const picture = await pictureOf(input, claimed);
    const format = settle(claimed, picture !== null);
    const played = await input.computeDuration();
    await refuseCut(input, { what, tracks, played });
    if (format === "wav" && (await isRiffCut(path))) throw unreadable(what);
    return mediaFacts(format, {
      duration: seconds(played),
      width: picture ? Math.round(picture.displayWidth) || null : null,
      height: picture ? Math.round(picture.displayHeight) || null : null,
    });
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(what);
  }
}

/** A track of an unknown codec in a sound file is its cover, not a film. */
async function pictureOf(input: Input, claimed: MediaFormat): Promise<InputVideoTrack | null> {
  const track = await input.getPrimaryVideoTrack();
  return track && (claimed !== "m4a" || track.codec !== null) ? track : null;
}

function settle(claimed: MediaFormat, hasPicture: boolean): MediaFormat {
  switch (claimed) {
    case "mp4":
    case "m4a":
      return hasPicture ? "mp4" : "m4a";
    case "mov":
    case "webm":
    case "mkv":
      if (!hasPicture) throw unsupported(`${claimed.toUpperCase()} without a picture`);
      return claimed;
    default:
      return claimed;
  }
}

/** A whole file has the last packet of each track, and plays for as long as its header says. */
async function refuseCut(
  input: Input,
  { what, tracks, played }: { what: string; tracks: readonly InputTrack[]; played: number },
): Promise<void> {
  for (const track of tracks) {
    if (!track.isVideoTrack() && !track.isAudioTrack()) continue;
    if (track.codec === null) continue;
    const last = await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY);
    if (last === null) throw unreadable(what);
  }
  const declared = (await input.getDurationFromMetadata()) ?? 0;
  if (declared - played > Math.max(0.5, declared * 0.05)) throw unreadable(what);
}
