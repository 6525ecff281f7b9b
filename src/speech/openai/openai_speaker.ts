import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { callVendor, parseJson, VENDOR_LIMITS, type VendorLimits, vendorError } from "../call_vendor.ts";
import { checkedLine, tokensOf } from "../script.ts";
import { SPEECH_RATE, type Speaker } from "../speaker.ts";
import { vendorSound } from "../vendor_sound.ts";
import { type CharacterSpan, estimatedSpans, spansFromCharacters, wordsOf } from "../word_times.ts";

/** The connection to a server that speaks `/audio/speech`. */
export interface OpenAISpeakerOptions {
  /** The base URL with `/v1`. */
  readonly baseUrl: string;
  /** Null sends no `Authorization` header. */
  readonly apiKey: string | null;
  readonly model: string;
  readonly voice: string;
  readonly limits?: VendorLimits;
}

/** The answer of `/dev/captioned_speech` (Kokoro-FastAPI). */
const Captioned = Type.Object({
  audio: Type.String(),
  timestamps: Type.Array(Type.Object({ word: Type.String(), start_time: Type.Number(), end_time: Type.Number() }), {
    maxItems: 20_000,
  }),
});

/** Creates a voice over OpenAI's protocol; it has word times where the server has `/dev/captioned_speech`. */
export function createOpenAISpeaker({
  baseUrl,
  apiKey,
  model,
  voice,
  limits = VENDOR_LIMITS,
}: OpenAISpeakerOptions): Speaker {
  const headers: Record<string, string> = apiKey === null ? {} : { Authorization: `Bearer ${apiKey}` };
  let hasCaptions = true;
  return {
    provider: "openai",
    model,
    voice,
    voices: null,
    async speak(line, { signal }) {
      const { text, speed } = checkedLine(line);
      const tokens = tokensOf(text);
      const body = { model, input: text, voice: line.voice ?? voice, response_format: "wav", speed };
      const post = (url: string, more: object = {}) =>
        callVendor({ url, headers, body: { ...body, ...more }, signal, limits });
      if (hasCaptions) {
        const answer = await post(`${baseUrl.replace(/\/v1$/u, "")}/dev/captioned_speech`, { stream: false });
        if (answer) {
          const captioned = parseJson(answer);
          if (!Value.Check(Captioned, captioned))
            throw vendorError("the speech server's answer has no sound or no times");
          const samples = vendorSound(Buffer.from(captioned.audio, "base64"));
          const spans = spansFromCharacters(tokens, charactersOf(text, captioned.timestamps));
          return {
            samples,
            words: wordsOf(tokens, spans, { seconds: secondsOf(samples), timing: "vendor" }),
            cost: null,
          };
        }
        hasCaptions = false;
      }
      const answer = await post(`${baseUrl}/audio/speech`);
      if (!answer)
        throw vendorError("the speech server has no /audio/speech or no such model (404); check SPEECH_BASE_URL");
      const samples = vendorSound(answer);
      const spans = estimatedSpans(tokens, samples);
      return {
        samples,
        words: wordsOf(tokens, spans, { seconds: secondsOf(samples), timing: "estimated" }),
        cost: null,
      };
    },
    close: async () => {},
  };
}

function secondsOf(samples: Float32Array): number {
  return samples.length / SPEECH_RATE;
}

/** The most characters between a word and the one before it that were not spoken, such as a quote and a dash. */
const MAX_GAP = 80;

/** Finds the vendor's words in the text, in order; a word that is spelled differently there is left out. */
function charactersOf(
  text: string,
  words: readonly { readonly word: string; readonly start_time: number; readonly end_time: number }[],
): CharacterSpan[] {
  const lower = text.toLowerCase();
  let from = 0;
  return words.flatMap(({ word, start_time: start, end_time: end }) => {
    const sought = word.trim().toLowerCase();
    const at = /[\p{L}\p{N}]/u.test(sought) ? lower.indexOf(sought, from) : -1;
    if (at < 0 || at > from + MAX_GAP) return [];
    from = at + sought.length;
    return [{ at, length: sought.length, start, end }];
  });
}
