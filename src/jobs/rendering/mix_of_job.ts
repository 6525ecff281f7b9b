import type { Static } from "@sinclair/typebox";
import { blobIdOf } from "../../assets/mod.ts";
import type { BlobStore } from "../../blobs/mod.ts";
import { type AnimaticAsset, FPS, type Renderer, type SoundSpec } from "../../media/mod.ts";
import {
  type CaptionText,
  cuesOf,
  type PlacedLine,
  placeLines,
  type SceneSpan,
  toSrt,
  toVtt,
} from "../../speech/mod.ts";
import { toTenths } from "../../storyboard/mod.ts";
import type { SoundMixed } from "../events.ts";
import { productionOf } from "../requests/production.ts";
import { VOICE_OVER } from "../requests/resolve_assets.ts";
import type { JobState } from "../state.ts";

/** The dependencies of a mix. */
export interface MixDeps {
  readonly blobs: BlobStore;
  readonly renderer: Pick<Renderer, "mix">;
  /** The files of the job's assets by id. */
  readonly files: ReadonlyMap<string, AnimaticAsset>;
  /** Holds what the mix stores until the event names it. */
  readonly stack: DisposableStack;
  readonly touched: Set<string>;
  readonly signal: AbortSignal;
}

/** Returns the lines that were spoken for a job, placed on its film, and the scenes whose lines are cut. */
export function placedLinesOf(job: JobState) {
  const lines = [...job.lines.values()].map(({ sceneId, duration, words }) => ({ sceneId, duration, words }));
  return placeLines(spansOf(job), lines);
}

/** Mixes the sound of an approved job, and stores it with its stems and captions. */
export async function mixOfJob(job: JobState, deps: MixDeps): Promise<Static<typeof SoundMixed.schema>> {
  const { blobs, renderer, stack, touched, signal } = deps;
  const { placed, cut } = placedLinesOf(job);
  await using held = new AsyncDisposableStack();
  const voice: SoundSpec["voice"] = [];
  for (const { sceneId, start, end } of placed) {
    const line = job.lines.get(sceneId);
    const local = line && (await blobs.openLocal(line.sha256));
    if (local) voice.push({ path: held.use(local).path, start, end });
  }
  const spec = soundSpecOf(job, voice, deps);
  const file = async (extension: string) => held.use(await blobs.scratch(extension)).path;
  const paths = {
    voice: await file(".wav"),
    music: await file(".wav"),
    mix: await file(".wav"),
    soundtrack: await file(".m4a"),
  };
  const mixed = await renderer.mix(spec, paths, { signal });
  const captions = cuesOf(captionTextsOf(job, placed));
  const keep = async (path: string) => {
    const { sha256, sizeBytes } = stack.use(await blobs.writeFile(path, { signal }));
    touched.add(sha256);
    return { blobId: blobIdOf(sha256), sha256, sizeBytes };
  };
  const write = async (text: string) => {
    const path = await file(".txt");
    await Bun.write(path, text || "\n");
    return await keep(path);
  };
  const numberOf = (sceneId: string | null) => job.scenes.findIndex((scene) => scene.sceneId === sceneId) + 1 || null;
  return {
    soundtrack: await keep(paths.soundtrack),
    voice: voice.length > 0 || spec.voiceOver ? await keep(paths.voice) : null,
    music: spec.music ? await keep(paths.music) : null,
    mix: await keep(paths.mix),
    srt: await write(toSrt(captions)),
    vtt: await write(toVtt(captions)),
    loudness: mixed.loudness,
    truePeak: mixed.truePeak,
    warnings: [
      ...job.voiceWarnings.map(({ sceneId, message }) => ({ sceneNumber: numberOf(sceneId), message })),
      ...cut.map((sceneId) => ({ sceneNumber: numberOf(sceneId), message: CUT })),
      ...mixed.warnings,
    ],
  };
}

const CUT = "The script is too long to be spoken to its end; shorten it, or give the scene more time";

function soundSpecOf(job: JobState, voice: SoundSpec["voice"], { files }: MixDeps): SoundSpec {
  if (!job.created) throw new Error("Cannot mix: the job does not exist");
  const { request, assets } = job.created;
  const { music } = productionOf(job.created);
  const { style, tone, musicStyle } = request.creative.direction;
  const audio = (isVoice: boolean) => {
    const wanted = assets.filter(({ role }) => (role === VOICE_OVER) === isVoice);
    const found = wanted.map(({ assetId }) => files.get(assetId)).find((file) => file?.kind === "audio");
    return found ? nameAndPath(found) : null;
  };
  const given = audio(false);
  const level = music?.level ?? 0;
  const composed = music && {
    kind: "composed" as const,
    style: music.style ?? musicStyle ?? tone ?? style,
    // The same storyboard has the same music.
    seed: request.adBasics.product,
    level,
  };
  const heard = new Set(assets.flatMap(({ assetId, keepSound }) => (keepSound ? [assetId] : [])));
  const clips = spansOf(job).flatMap(({ start, end }, index) =>
    (job.scenes[index]?.assets ?? []).flatMap((assetId) => {
      const file = heard.has(assetId) ? files.get(assetId) : undefined;
      return file?.kind === "video" ? [{ ...nameAndPath(file), sceneNumber: index + 1, start, end }] : [];
    }),
  );
  return {
    // A film has whole frames.
    seconds: Math.round((spansOf(job).at(-1)?.end ?? 0) * FPS) / FPS,
    voice,
    voiceOver: audio(true),
    music: given ? { kind: "file", ...given, level } : composed,
    clips,
  };
}

function nameAndPath({ path, name }: AnimaticAsset) {
  return { path, ...(name === undefined ? {} : { name }) };
}

/** Returns the texts of the captions: what is spoken, and in scenes without a voice the script. */
function captionTextsOf(job: JobState, placed: readonly PlacedLine[]): CaptionText[] {
  let free = 0;
  return spansOf(job).flatMap(({ sceneId, start, end }, index): CaptionText[] => {
    const text = job.scenes[index]?.script ?? "";
    const line = placed.find((each) => each.sceneId === sceneId);
    if (line) {
      free = line.end;
      return [{ text, start: line.start, end: line.end, words: line.words }];
    }
    const from = Math.max(start, free);
    return text.trim() === "" || from >= end || job.lines.has(sceneId) ? [] : [{ text, start: from, end, words: null }];
  });
}

function spansOf({ scenes }: JobState): SceneSpan[] {
  let tenths = 0;
  return scenes.map(({ sceneId, duration }) => {
    const start = tenths / 10;
    tenths += toTenths(duration);
    return { sceneId, start, end: tenths / 10 };
  });
}
