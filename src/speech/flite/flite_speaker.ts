import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../../core/errors.ts";
import { Nullable } from "../../core/schema_kit.ts";
import { createProcessPool, type ProcessFailures, type ProcessPoolOptions } from "../../processes/mod.ts";
import { readWav, WavError } from "../line_wav.ts";
import { checkedLine, isWord, tokensOf, unspeakable } from "../script.ts";
import { SPEECH_RATE, type Speaker } from "../speaker.ts";
import { estimatedSpans, wordsOf } from "../word_times.ts";
import { isLatin, pronounceable } from "./pronounceable.ts";
import { FLITE_VOICES, type FliteVoice } from "./voices.ts";

/** The result of the speech process. */
const Spoken = Type.Object({
  wav: Type.String(),
  spans: Nullable(Type.Array(Nullable(Type.Object({ start: Type.Number(), end: Type.Number() })))),
});

/** The processor time of the longest line is a tenth of this. */
const CPU_LIMIT_MS = 120_000;
const TIME_LIMIT_MS = 300_000;

/** The errors for failures of a speech process: a crash is the text's fault. */
const fliteFailures: ProcessFailures = {
  codes: ["unavailable"],
  overCpu: (cpuLimitMs) => unspeakable(`it takes more than the ${cpuLimitMs / 1000} s of processor time that it may`),
  ended: ({ overMemory }) => unspeakable(overMemory ? "it needs more memory than it may use" : "the voice crashed"),
  failed: () => unspeakable("the voice failed"),
  unavailable: (why) => new AppError("unavailable", `Cannot speak the line: ${why}`),
};

/** Creates the offline voice: English, in a process without a network. */
export function createFliteSpeaker(defaultVoice: FliteVoice, options: Partial<ProcessPoolOptions> = {}): Speaker {
  const pool = createProcessPool({
    name: "speech process",
    failures: fliteFailures,
    script: new URL("./flite_process.ts", import.meta.url),
    processes: 1,
    cpuLimitMs: CPU_LIMIT_MS,
    timeLimitMs: TIME_LIMIT_MS,
    memoryLimitBytes: 512 * 1024 ** 2,
    ...options,
  });
  return {
    provider: "flite",
    model: "flite-2.3",
    voice: defaultVoice,
    voices: FLITE_VOICES,
    async speak(line, { signal, owner }) {
      const { text, speed, language } = checkedLine(line);
      const voice = line.voice ?? defaultVoice;
      if (!FLITE_VOICES.some((name) => name === voice)) {
        throw unspeakable(`flite has no voice '${voice}'; use one of ${FLITE_VOICES.join(", ")}`);
      }
      if (!isLatin(text) || (language !== null && !/^en(?:-|$)/iu.test(language))) {
        const what = language === null ? "this script" : `'${language.slice(0, 35)}'`;
        throw unspeakable(`the voice '${voice}' speaks English and not ${what}; set SPEECH_PROVIDER to another voice`);
      }
      const tokens = tokensOf(text);
      const spelled = tokens.map((token) => pronounceable(token.text));
      const pronounced = tokens.flatMap((token, index) => (spelled[index] ? [{ token, spelled: spelled[index] }] : []));
      if (!pronounced.some(({ token }) => isWord(token)))
        throw unspeakable("it has no words that this voice pronounces");
      const task = { tokens: pronounced.map(({ spelled: ascii }) => ascii), voice, speed };
      const answer = await pool.call("speak", task, { signal, owner });
      if (!Value.Check(Spoken, answer)) throw fliteFailures.failed();
      const samples = soundOf(answer.wav);
      const seconds = samples.length / SPEECH_RATE;
      const spans = answer.spans?.length === pronounced.length ? answer.spans : null;
      const spanOf = new Map(pronounced.map(({ token }, index) => [token, spans?.[index] ?? null]));
      const words = spans
        ? wordsOf(
            tokens,
            tokens.map((token) => spanOf.get(token) ?? null),
            { seconds, timing: "aligned" },
          )
        : wordsOf(tokens, estimatedSpans(tokens, samples), { seconds, timing: "estimated" });
      return { samples, words, cost: 0 };
    },
    close: () => pool.close(),
  };
}

function soundOf(base64: string): Float32Array<ArrayBuffer> {
  try {
    return readWav(Buffer.from(base64, "base64"));
  } catch (error) {
    throw error instanceof WavError ? unspeakable(`the voice's sound cannot be used: ${error.message}`) : error;
  }
}
