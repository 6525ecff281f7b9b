import { unusableReason } from "../unusable.ts";
import { type Bus, createBus, type PlacedSound } from "./bus.ts";
import { composeBed } from "./music/compose_bed.ts";
import { openRecording, type RecordingOptions, type SoundFault } from "./open_recording.ts";
import { createPieceReader, type SoundReader } from "./piece_reader.ts";
import { SOUND_RATE, type SoundSpec } from "./sound_spec.ts";

/** Adds a warning about a scene, or about the film. */
export type Warn = (sceneNumber: number | null, message: string) => void;

/** The buses of a mix. */
export const BUSES = ["voice", "music", "clips"] as const;
/** The name of a bus. */
export type BusName = (typeof BUSES)[number];

/** The longest shown name of a file. */
const MAX_NAME = 80;

/** Creates the buses that a spec needs. A sound that cannot be used is a warning. */
export function busesOf(spec: SoundSpec, warn: Warn): Map<BusName, Bus> {
  const sounds = { voice: voiceOf(spec, warn), music: musicOf(spec, warn), clips: clipsOf(spec, warn) };
  const used = BUSES.filter((name) => sounds[name].length > 0);
  return new Map(used.map((name) => [name, createBus(sounds[name])]));
}

function voiceOf(spec: SoundSpec, warn: Warn): PlacedSound[] {
  const { voiceOver, seconds } = spec;
  if (!voiceOver) {
    const options = { title: "A spoken line", lost: "is missing", repeats: false, warn: warnFilm(warn) };
    return spec.voice.flatMap(({ path, start, end }) => placed({ start, end }, spec, () => opened(path, options)));
  }
  const title = `The voice-over${shown(voiceOver.name)}`;
  const options = { title, lost: "the video has no voice", repeats: false, warn: warnFilm(warn) };
  const [over] = placed({ start: 0, end: seconds }, spec, () => opened(voiceOver.path, options));
  if (!over) return [];
  const atEnd = async (reader: SoundReader): Promise<void> => {
    const { left, right } = await reader.read(SOUND_RATE);
    const isHeard = [left, right].some((samples) => samples.some((value) => Math.abs(value) > 0.003));
    if (isHeard) warn(null, `${title} is longer than the video, so its end is cut off; make the scenes longer`);
  };
  return [{ ...over, atEnd }];
}

function musicOf(spec: SoundSpec, warn: Warn): PlacedSound[] {
  const { music, seconds } = spec;
  if (!music) return [];
  const open = async (): Promise<SoundReader | null> => {
    if (music.kind === "composed") return createPieceReader(composeBed({ ...music, seconds })[Symbol.asyncIterator]());
    const title = `The music${shown(music.name)}`;
    return await opened(music.path, { title, lost: "the video has no music", repeats: true, warn: warnFilm(warn) });
  };
  return placed({ start: 0, end: seconds }, spec, open);
}

function clipsOf(spec: SoundSpec, warn: Warn): PlacedSound[] {
  return spec.clips.flatMap(({ path, name, sceneNumber, start, end }) => {
    const title = `The sound of the video${shown(name)}`;
    // The picture of a clip that is shorter than its scene repeats too.
    const options = { title, lost: "is not heard", repeats: true, warn: (text: string) => warn(sceneNumber, text) };
    return placed({ start, end }, spec, () => opened(path, options));
  });
}

function placed(
  { start, end }: { start: number; end: number },
  { seconds }: SoundSpec,
  open: PlacedSound["open"],
): PlacedSound[] {
  const [from, to] = [Math.max(0, frameAt(start)), frameAt(Math.min(end, seconds))];
  return from < to ? [{ from, to, open }] : [];
}

function frameAt(seconds: number): number {
  return Math.round(seconds * SOUND_RATE);
}

interface OpenOptions {
  readonly title: string;
  /** The consequence of a sound that cannot be used. */
  readonly lost: string;
  readonly repeats: boolean;
  readonly warn: (message: string) => void;
}

async function opened(path: string, { title, lost, repeats, warn }: OpenOptions): Promise<SoundReader | null> {
  const options: RecordingOptions = { repeats, onFault: (fault) => warn(`${title} ${FAULTS[fault]}`) };
  try {
    return await openRecording(path, options);
  } catch (error) {
    warn(`${title} cannot be used, so ${lost.startsWith("the ") ? lost : `it ${lost}`}: ${unusableReason(error)}`);
    return null;
  }
}

const FAULTS: Readonly<Record<SoundFault, string>> = {
  damaged: "stops early: the rest of its file is damaged",
  not_numbers: "has samples that are no numbers or far too loud; they were replaced, so check how the file was made",
};

function warnFilm(warn: Warn): (message: string) => void {
  return (message) => warn(null, message);
}

function shown(name: string | undefined): string {
  return name ? ` “${name.slice(0, MAX_NAME)}”` : "";
}
