import { EncodedPacketSink, type Input, type InputTrack, type InputVideoTrack } from "mediabunny";
import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { refusalOf, unreadable, unsupported } from "../media_errors.ts";
import { MEDIA_TYPES, type MediaFormat, type MediaKind } from "../types.ts";
import { type Container, hasSamples, openContainer, pictureTrack } from "./open_container.ts";
import { presentationOf } from "./presentation.ts";

/**
 * Reads MP4, MOV, WebM, MKV and M4A: kind, displayed size and duration.
 *
 * An MP4 without a picture is M4A, a WebM or MKV without one is a sound. A MOV without one is rejected: the API has
 * no such sound format. A track without samples is ignored: screen recorders write one for a mute microphone.
 */
export async function readContainer(path: string, claimed: MediaFormat): Promise<MediaFacts> {
  const what = `${claimed.toUpperCase()} ${MEDIA_TYPES[claimed].kind} file`;
  try {
    using container = openContainer(path);
    const { input } = container;
    const tracks = await tracksWithSamples(input);
    if (tracks.length === 0) throw unreadable(what, "it holds neither picture nor sound, or is truncated");
    const picture = await pictureOf(input, claimed);
    const { format, kind } = resolveFormat(claimed, picture !== null);
    const played = await playedTime(container, tracks);
    await refuseCut(container, { what, tracks });
    const facts = {
      duration: seconds(played),
      width: picture ? Math.round(picture.displayWidth) || null : null,
      height: picture ? Math.round(picture.displayHeight) || null : null,
    };
    return mediaFacts(format, facts, kind);
  } catch (error) {
    throw refusalOf(error, what);
  }
}

async function tracksWithSamples(input: Input): Promise<InputTrack[]> {
  const tracks: InputTrack[] = [];
  for (const track of await input.getTracks()) {
    if ((track.isVideoTrack() || track.isAudioTrack()) && (await hasSamples(track))) tracks.push(track);
  }
  return tracks;
}

/** Returns the picture track. A track of an unknown codec in a sound file is its cover, not a film. */
async function pictureOf(input: Input, claimed: MediaFormat): Promise<InputVideoTrack | null> {
  const track = await pictureTrack(input);
  return track && (claimed !== "m4a" || track.codec !== null) ? track : null;
}

function resolveFormat(claimed: MediaFormat, hasPicture: boolean): { format: MediaFormat; kind?: MediaKind } {
  if (claimed === "mp4" || claimed === "m4a") return { format: hasPicture ? "mp4" : "m4a" };
  if (hasPicture) return { format: claimed };
  if (claimed === "webm" || claimed === "mkv") return { format: claimed, kind: "audio" };
  if (claimed === "mov") throw unsupported("MOV without a picture");
  return { format: claimed };
}

/** Returns the seconds that a player shows, without the parts that edit lists cut away. */
async function playedTime({ input, movie }: Container, tracks: readonly InputTrack[]): Promise<number> {
  if (!movie) return input.computeDuration();
  const presentations = await Promise.all(tracks.map((track) => presentationOf(track, movie)));
  const start = Math.max(0, Math.min(...presentations.map((each) => each.start)));
  return Math.max(...presentations.map((each) => each.end)) - start;
}

/** Rejects a truncated file. A whole file has the last packet of each track, and its declared duration. */
async function refuseCut(
  { input, movie }: Container,
  { what, tracks }: { what: string; tracks: readonly InputTrack[] },
): Promise<void> {
  let played = 0;
  for (const track of tracks) {
    played = Math.max(played, await track.computeDuration());
    if (track.codec === null) continue;
    const last = await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY);
    if (last === null) throw unreadable(what);
  }
  // The header of a fragmented film counts only the samples of its index.
  const declared = movie?.isFragmented ? movie.promised : await input.getDurationFromMetadata([...tracks]);
  if ((declared ?? 0) - played > Math.max(0.5, (declared ?? 0) * 0.05)) throw unreadable(what);
}
