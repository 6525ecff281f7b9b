import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { callVendor, parseJson, VENDOR_LIMITS, type VendorLimits, vendorError } from "../call_vendor.ts";
import { checkedLine, tokensOf } from "../script.ts";
import { SPEECH_RATE, type Speaker } from "../speaker.ts";
import { vendorSound } from "../vendor_sound.ts";
import { type CharacterSpan, estimatedSpans, spansFromCharacters, wordsOf } from "../word_times.ts";

/** The connection to ElevenLabs, or to a proxy that speaks its protocol. */
export interface ElevenLabsOptions {
  /** The base URL without `/v1`; ElevenLabs' API by default. */
  readonly baseUrl?: string;
  readonly apiKey: string;
  readonly model?: string;
  /** The id of the voice. */
  readonly voice: string;
  readonly limits?: VendorLimits;
}

const Answer = Type.Object({
  audio_base64: Type.String({ minLength: 1 }),
  /** Of the original text; `normalized_alignment` is of the text as it is read out. */
  alignment: Type.Optional(
    Type.Union([
      Type.Null(),
      Type.Object({
        characters: Type.Array(Type.String(), { maxItems: 20_000 }),
        character_start_times_seconds: Type.Array(Type.Number()),
        character_end_times_seconds: Type.Array(Type.Number()),
      }),
    ]),
  ),
});

/** The speeds that the API accepts end before those of a line. */
const MAX_SPEED = 1.2;
/** The sample rate of the requested format, which every plan of the vendor includes. */
const RATE = 24_000;

/** Creates a voice over ElevenLabs' API with timestamps. */
export function createElevenLabsSpeaker({
  baseUrl = "https://api.elevenlabs.io",
  apiKey,
  model = "eleven_multilingual_v2",
  voice,
  limits = VENDOR_LIMITS,
}: ElevenLabsOptions): Speaker {
  const urlOf = (name: string) =>
    `${baseUrl}/v1/text-to-speech/${encodeURIComponent(name)}/with-timestamps?output_format=pcm_${RATE}`;
  return {
    provider: "elevenlabs",
    model,
    voice,
    voices: null,
    async speak(line, { signal }) {
      const { text, speed } = checkedLine(line);
      const body = { text, model_id: model, voice_settings: { speed: Math.min(speed, MAX_SPEED) } };
      const url = urlOf(line.voice ?? voice);
      const answered = await callVendor({ url, headers: { "xi-api-key": apiKey }, body, signal, limits });
      if (!answered) throw vendorError("the speech server has no such voice (404); check SPEECH_VOICE");
      const answer = parseJson(answered);
      if (!Value.Check(Answer, answer)) throw vendorError("the speech server's answer has no sound");
      const samples = vendorSound(Buffer.from(answer.audio_base64, "base64"), RATE);
      const seconds = samples.length / SPEECH_RATE;
      const tokens = tokensOf(text);
      const characters = charactersOf(text, answer.alignment ?? null);
      const words = characters
        ? wordsOf(tokens, spansFromCharacters(tokens, characters), { seconds, timing: "vendor" })
        : wordsOf(tokens, estimatedSpans(tokens, samples), { seconds, timing: "estimated" });
      return { samples, words, cost: null };
    },
    close: async () => {},
  };
}

/** Returns null for an alignment that is absent or of another text. */
function charactersOf(
  text: string,
  alignment: {
    readonly characters: readonly string[];
    readonly character_start_times_seconds: readonly number[];
    readonly character_end_times_seconds: readonly number[];
  } | null,
): CharacterSpan[] | null {
  if (!alignment || alignment.characters.join("") !== text) return null;
  const { characters, character_start_times_seconds: starts, character_end_times_seconds: ends } = alignment;
  let at = 0;
  return characters.flatMap((character, index) => {
    const span = { at, length: character.length, start: starts[index] ?? Number.NaN, end: ends[index] ?? Number.NaN };
    at += character.length;
    return /\S/u.test(character) && Number.isFinite(span.start + span.end) ? [span] : [];
  });
}
