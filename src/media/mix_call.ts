import { rm } from "node:fs/promises";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../core/errors.ts";
import { asUnavailable } from "../core/shortage.ts";
import { type PoolSlot, shownText } from "../processes/mod.ts";
import { MixedSound, type MixPaths, SOUND_RATE, type SoundSpec } from "./animatic/sound/sound_spec.ts";
import { WAV_HEAD, wavHead } from "./animatic/sound/wav_file.ts";
import { lender } from "./lender.ts";
import { isMp4, takeChecked } from "./take_output.ts";

/** The time limits of a mix, ten times its cost on two slow cores: for each second of the film, and each opened sound. */
const SOUND_SECOND_MS = 2000;
const SOUND_MS = 5000;
const MIX_START_MS = 30_000;
/** The largest soundtrack, in bytes for each second: more than twice the encoder's bit rate. */
const SOUNDTRACK_BYTES = 64 * 1024;

/** Mixes the sound of a film in a process, and takes the files that it made. */
export async function mixInProcess(
  spec: SoundSpec,
  outPaths: MixPaths,
  { slot, signal, ...limits }: { slot: PoolSlot; signal: AbortSignal; cpuLimitMs: number; timeLimitMs: number },
): Promise<MixedSound> {
  await using stack = new AsyncDisposableStack();
  const output = (extension: string) => stack.use(slot.workspace.output(extension));
  const files = { voice: output(".wav"), music: output(".wav"), mix: output(".wav"), soundtrack: output(".m4a") };
  const paths: MixPaths = {
    ...{ voice: files.voice.path, music: files.music.path },
    ...{ mix: files.mix.path, soundtrack: files.soundtrack.path },
  };
  const lent = await lentSpec(spec, lender(slot.workspace, stack)).catch((error: unknown) => {
    throw asUnavailable(error, "read an asset");
  });
  const params = { spec: lent, outPaths: paths, scratchPath: output(".pcm").path };
  const answer = await slot.call("mix", params, limits);
  const mixed = checkedMix(answer, spec);
  const head = wavHead(Math.round(spec.seconds * SOUND_RATE));
  const wavBytes = WAV_HEAD + head.readUInt32LE(WAV_HEAD - 4);
  const isWav = (bytes: Buffer) => bytes.subarray(0, WAV_HEAD).equals(head);
  try {
    for (const stem of ["voice", "music", "mix"] as const) {
      const { sizeBytes } = await takeChecked(files[stem], outPaths[stem], {
        maxBytes: wavBytes,
        signal,
        isWhole: isWav,
      });
      if (sizeBytes !== wavBytes) throw mixFailed();
    }
    const maxBytes = Math.ceil((1 + spec.seconds) * SOUNDTRACK_BYTES);
    await takeChecked(files.soundtrack, outPaths.soundtrack, { maxBytes, signal, isWhole: isMp4 });
    return mixed;
  } catch (error) {
    for (const path of Object.values(outPaths)) await rm(path, { force: true });
    throw error;
  }
}

/** Returns the time limit of a mix. */
export function mixLimitMs({ seconds, voice, clips }: SoundSpec): number {
  return Math.ceil(MIX_START_MS + seconds * SOUND_SECOND_MS + (voice.length + clips.length + 2) * SOUND_MS);
}

async function lentSpec(spec: SoundSpec, lend: (path: string) => Promise<string>): Promise<SoundSpec> {
  const lendAll = async <T extends { path: string }>(sounds: readonly T[]): Promise<T[]> => {
    const lent: T[] = [];
    for (const sound of sounds) lent.push({ ...sound, path: await lend(sound.path) });
    return lent;
  };
  const { voiceOver, music } = spec;
  return {
    ...spec,
    voice: await lendAll(spec.voice),
    voiceOver: voiceOver && { ...voiceOver, path: await lend(voiceOver.path) },
    music: music?.kind === "file" ? { ...music, path: await lend(music.path) } : music,
    clips: await lendAll(spec.clips),
  };
}

/** Validates the answer of a process: what it says must fit the spec. */
function checkedMix(answer: unknown, { seconds, clips }: SoundSpec): MixedSound {
  if (!Value.Check(MixedSound, answer)) throw mixFailed();
  const numbers = new Set(clips.map(({ sceneNumber }) => sceneNumber));
  const isElsewhere = answer.warnings.some(({ sceneNumber }) => sceneNumber !== null && !numbers.has(sceneNumber));
  const isDisordered = answer.speech.some(({ start, end }, index) => {
    return start >= end || start < (answer.speech[index - 1]?.end ?? 0) || end > seconds + 0.001;
  });
  if (isElsewhere || isDisordered) throw mixFailed();
  return {
    loudness: answer.loudness,
    truePeak: answer.truePeak,
    speech: answer.speech.map(({ start, end }) => ({ start, end })),
    warnings: answer.warnings.map(({ sceneNumber, message }) => ({ sceneNumber, message: shownText(message) })),
  };
}

function mixFailed(): AppError {
  return new AppError("internal", "Cannot mix the sound of the video: the renderer failed");
}
