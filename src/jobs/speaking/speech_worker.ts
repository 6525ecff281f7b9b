import type { Static } from "@sinclair/typebox";
import { blobIdOf } from "../../assets/mod.ts";
import type { BlobStore } from "../../blobs/mod.ts";
import { AppError } from "../../core/errors.ts";
import type { Quotas } from "../../core/quotas.ts";
import { isPassing } from "../../core/shortage.ts";
import { todoQueue, type Worker } from "../../event_log/mod.ts";
import {
  estimateSeconds,
  type Line,
  lineKey,
  SPEECH_RATE,
  SPEED,
  type Speaker,
  type SpokenLine,
  writeWav,
} from "../../speech/mod.ts";
import type { LineSpoken } from "../events.ts";
import { createJobWorker, type JobWorkerDeps, jobErrorOf, type RecordOutcome } from "../job_worker.ts";
import { productionOf } from "../requests/production.ts";
import { VOICE_OVER } from "../requests/resolve_assets.ts";
import type { JobState } from "../state.ts";
import { jobsToSpeak } from "../tables.ts";

/** The dependencies of the speech worker. */
export interface SpeechWorkerDeps extends JobWorkerDeps {
  readonly blobs: BlobStore;
  readonly speaker: Speaker;
  readonly quotas: Pick<Quotas, "checkRoom" | "storageLimits">;
  /** Returns a line that was spoken for the owner. */
  readonly spokenLine: (owner: string, key: string) => Static<typeof LineSpoken.schema> | undefined;
}

/** One at a time: a vendor counts concurrent calls, and the offline voice has one process. */
const CONCURRENCY = 1;

/**
 * Creates the worker that speaks the scripts of approved storyboards, each line once: a line is recorded before the next
 * one is spoken, so that a restart goes on with the rest. Only a line whose answer arrived while the server was killed
 * is spoken twice.
 */
export function createSpeechWorker(deps: SpeechWorkerDeps): Worker {
  const { read, blobs, speaker, quotas, spokenLine } = deps;
  /** The line that was paid for and could not be recorded, for example because the disk is full. */
  let unrecorded: { readonly key: string; readonly spoken: SpokenLine } | null = null;

  async function spokenOnce(key: string, line: Line, options: { signal: AbortSignal; owner: string }) {
    if (unrecorded?.key !== key) unrecorded = { key, spoken: await speaker.speak(line, options) };
    return unrecorded.spoken;
  }

  async function speak(line: Line, { sceneId, key, owner, record, signal }: Attempt): Promise<void> {
    const earlier = spokenLine(owner, key);
    if (earlier && (await blobs.find(earlier.sha256)) !== null) {
      await record({ do: "store line", line: { ...earlier, sceneId, cost: 0, isReused: true } });
      return;
    }
    quotas.checkRoom(owner);
    const { samples, words, cost } = await spokenOnce(key, line, { signal, owner });
    const wav = writeWav(samples);
    let sha256: string | null = null;
    try {
      // Held until the event names it, so that no sweep collects it.
      using stored = await blobs.write(pieces(wav), { maxBytes: wav.byteLength, signal });
      sha256 = stored.sha256;
      const { sizeBytes } = stored;
      const { provider, model } = speaker;
      const voice = line.voice ?? speaker.voice;
      const sound = {
        blobId: blobIdOf(stored.sha256),
        sha256: stored.sha256,
        sizeBytes,
        duration: samples.length / SPEECH_RATE,
      };
      const by = { provider, model, voice, speed: line.speed };
      const spoken = { sceneId, key, ...sound, ...by, words: [...words], cost, isReused: false };
      const limits = quotas.storageLimits(owner, sizeBytes);
      await record({ do: "store line", line: spoken }, { limits });
    } finally {
      // After a failure no event names it.
      if (sha256 !== null) await blobs.delete(sha256);
    }
    unrecorded = null;
  }

  return createJobWorker(deps, {
    name: "speech",
    concurrency: CONCURRENCY,
    queue: todoQueue(read, jobsToSpeak),
    async perform({ owner }, { job, record, signal }) {
      const { voice, language } = job.created ? productionOf(job.created) : { voice: null, language: null };
      const warnings: { sceneId: string | null; message: string }[] = [];
      try {
        if (voice && !speaks(speaker, language)) {
          const message = `There is no voice: '${speaker.voice}' speaks English and not '${language}'; set SPEECH_PROVIDER to a voice for this language`;
          await record({ do: "finish voice", warnings: [{ sceneId: null, message }] });
          return;
        }
        const scenes = voice && !hasVoiceOver(job) ? job.scenes : [];
        for (const { sceneId, script, duration } of scenes) {
          signal.throwIfAborted();
          if (script.trim() === "") continue;
          const speed = speedFor(script, { duration, language, speed: voice?.speed ?? 1 });
          const line = { text: script, speed, language, voice: voice?.voice ?? null };
          const key = lineKey(speaker, line);
          if (job.lines.get(sceneId)?.key === key) continue;
          try {
            await speak(line, { sceneId, key, owner, record, signal });
          } catch (error) {
            // A text that the voice cannot speak is a warning: the captions carry it.
            if (!(error instanceof AppError) || error.code !== "validation_failed") throw error;
            warnings.push({ sceneId, message: error.message });
          }
        }
        await record({ do: "finish voice", warnings });
      } catch (error) {
        // A shortage of this machine is temporary; any other error fails the job.
        if (signal.aborted || !(error instanceof AppError) || isPassing(error)) throw error;
        await record({ do: "fail", step: "rendering", error: jobErrorOf(error, "speak the scripts") });
      }
    },
    failed: (_todo, error) => ({ do: "fail", step: "rendering", error: jobErrorOf(error, "speak the scripts") }),
  });
}

/** The part of a scene, in seconds, that its line leaves silent. */
const SILENCE = 0.4;

/** Returns the speed at which a script fits its scene, at most {@linkcode SPEED}'s. */
function speedFor(script: string, given: { duration: number; language: string | null; speed: number }): number {
  const { duration, language, speed } = given;
  const needed = speed * (estimateSeconds(script, language, speed) / Math.max(0.1, duration - SILENCE));
  return Math.min(SPEED.max, Math.max(speed, Math.ceil(needed * 20) / 20));
}

/** Returns whether a given recording replaces the voice. */
function hasVoiceOver({ created, assets }: JobState): boolean {
  const recordings = new Set(assets.flatMap(({ assetId, kind }) => (kind === "audio" ? [assetId] : [])));
  return (created?.assets ?? []).some(({ assetId, role }) => role === VOICE_OVER && recordings.has(assetId));
}

/** Returns whether a voice speaks a language; the offline one speaks English only. */
function speaks({ provider }: Speaker, language: string | null): boolean {
  return provider !== "flite" || language === null || /^en(?:-|$)/iu.test(language);
}

interface Attempt {
  readonly sceneId: string;
  readonly key: string;
  readonly owner: string;
  readonly record: RecordOutcome;
  readonly signal: AbortSignal;
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
