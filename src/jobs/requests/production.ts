import { invalid } from "../../core/validation_errors.ts";
import { languageOfBrief } from "../../storyboard/mod.ts";
import type { CreatedJob, Production, VideoOutput, VideoSpecs } from "../events.ts";
import type { CreateJob } from "./request_schema.ts";

type Creative = CreateJob["creative"];
type Finding = { readonly path: string; readonly message: string };

/** The names that a voice provider accepts; null when only the provider can tell. */
export type VoiceNames = readonly string[] | null;

/**
 * Returns the sound and picture of a new job's video, after defaults: a voice and music unless `generateAudio` is false,
 * and one output unless `outputs` has more.
 *
 * @throws {AppError} `validation_failed` for fields that contradict each other
 */
export function productionFor(request: CreateJob, { specs, voices }: { specs: VideoSpecs; voices: VoiceNames }) {
  const { creative, generateAudio } = request;
  const language = canonicalLanguage(creative.language);
  const findings = [
    ...(language === undefined
      ? [{ path: "creative.language", message: "must be a language tag of BCP 47, such as 'en' or 'pt-BR'" }]
      : []),
    ...soundProblems(request),
    ...voiceProblems(creative, voices),
    ...nameProblems(creative.outputs ?? []),
  ];
  if (findings.length > 0) throw invalid(findings);
  const { voice = {}, music = {} } = generateAudio === false ? { voice: null, music: null } : creative;
  const production: Production = {
    // In the event, so that a replay does not depend on the release of the recogniser.
    language: language ?? languageOfBrief(request.adBasics),
    voice: voice && { voice: voice.voice ?? null, speed: voice.speed ?? 1 },
    captions: creative.captions?.style ?? "line",
    music: music && { style: music.style ?? null, level: music.level ?? 0 },
    look: creative.look ?? "final",
    outputs: outputsFor(creative.outputs, specs),
  };
  return production;
}

/**
 * Returns the format and resolution of the first output, which are those of the video.
 *
 * @throws {AppError} `validation_failed` when `videoSpecs` or `advanced` contradicts the first output
 */
export function shapeFor({ creative, advanced }: CreateJob): Pick<VideoSpecs, "format" | "resolution"> {
  const [first] = creative.outputs ?? [];
  const { format, resolution } = creative.videoSpecs ?? {};
  const findings: Finding[] = [];
  const compare = (field: "format" | "resolution", path: string, given: string | undefined) => {
    const ofFirst = first?.[field];
    if (given === undefined || ofFirst === undefined || given === ofFirst) return;
    const message = `The first output has the ${field} ${ofFirst}, and ${path} is ${given}; give one of them, or the same twice`;
    findings.push({ path: `creative.outputs.0.${field}`, message });
  };
  compare("format", "creative.videoSpecs.format", format);
  compare("resolution", "creative.videoSpecs.resolution", resolution);
  if (resolution === undefined) compare("resolution", "advanced.resolution", advanced?.resolution);
  if (findings.length > 0) throw invalid(findings);
  return {
    format: first?.format ?? format ?? "16:9",
    resolution: first?.resolution ?? resolution ?? advanced?.resolution ?? "720p",
  };
}

/** Returns the sound and picture of a job's video; a job of an earlier release has those that it was created for. */
export function productionOf({
  production,
  request,
  specs,
}: Pick<CreatedJob, "production" | "request" | "specs">): Production {
  if (production) return production;
  const { voice } = request.creative;
  return {
    language: null,
    voice: voice ? { voice: null, speed: voice.speed ?? 1 } : null,
    captions: "line",
    music: null,
    look: "final",
    outputs: outputsFor(undefined, specs),
  };
}

function outputsFor(given: Creative["outputs"], specs: VideoSpecs): VideoOutput[] {
  const taken = new Set((given ?? []).flatMap(({ name }) => (name === undefined ? [] : [nameKey(name)])));
  return (given ?? [{ format: specs.format }]).map((output, index) => {
    const { format, resolution = specs.resolution, platform = "generic" } = output;
    const id = outputId(index);
    const name = output.name?.normalize("NFC").trim() ?? freeName({ format, platform }, taken);
    return { id, name, format, resolution, platform };
  });
}

/** Returns a name that no other output has, such as `9:16` or `reels 9:16`. */
function freeName({ format, platform }: Pick<VideoOutput, "format" | "platform">, taken: Set<string>): string {
  const base = platform === "generic" ? format : `${platform} ${format}`;
  let name = base;
  for (let number = 2; taken.has(nameKey(name)); number++) name = `${base} ${number}`;
  taken.add(nameKey(name));
  return name;
}

function outputId(index: number): string {
  return `o${index + 1}`;
}

/** Returns the form of a name in which two names are the same for people. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}

function nameProblems(outputs: NonNullable<Creative["outputs"]>): Finding[] {
  const ids = new Map(outputs.map((_, index) => [outputId(index), index]));
  const seen = new Map<string, number>();
  return outputs.flatMap(({ name }, index) => {
    if (name === undefined) return [];
    const path = `creative.outputs.${index}.name`;
    const key = nameKey(name);
    const same = seen.get(key);
    seen.set(key, index);
    if (same !== undefined) return [{ path, message: `Output ${same + 1} has the same name; names must differ` }];
    const other = ids.get(key);
    if (other !== undefined && other !== index) {
      return [{ path, message: `The id of output ${other + 1} is ${key}; give this output another name` }];
    }
    return [];
  });
}

function soundProblems({ creative, generateAudio }: CreateJob): Finding[] {
  if (generateAudio !== false) return [];
  return (["voice", "music"] as const).flatMap((field) =>
    creative[field]
      ? [{ path: `creative.${field}`, message: `must be absent or null, because generateAudio is false` }]
      : [],
  );
}

function voiceProblems({ voice }: Creative, voices: VoiceNames): Finding[] {
  if (!voice?.voice || voices === null || voices.includes(voice.voice)) return [];
  return [{ path: "creative.voice.voice", message: `must be one of the server's voices: ${voices.join(", ")}` }];
}

/** Returns a language tag in its canonical form; undefined when it is not one. */
function canonicalLanguage(tag: string | undefined): string | null | undefined {
  if (tag === undefined) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
