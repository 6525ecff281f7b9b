import { describe, expect, test } from "bun:test";
import { alignTokens, readPhones } from "../../src/speech/flite/align_tokens.ts";
import { pronounceable } from "../../src/speech/flite/pronounceable.ts";
import { checkSpeechSettings, lineKey, readWav, writeWav } from "../../src/speech/mod.ts";
import { normalText, tokensOf } from "../../src/speech/script.ts";
import { estimatedSpans, wordsOf } from "../../src/speech/word_times.ts";
import { tones } from "./tones.ts";

/** The output of flite for two sentences, and for each of their tokens alone. */
const SENTENCE = `pau:0.225 l:0.310 ay:0.426 t:0.468 f:0.562 ao:0.587 r:0.630 th:0.772 r:0.809 iy:0.897 n:0.962 ay:1.191 t:1.266 s:1.339 f:1.426 r:1.475 ah:1.505 m:1.545 w:1.640 ah:1.737 n:1.802 d:1.843 ey:1.954 ah:2.014 v:2.062 s:2.181 ah:2.341 n:2.476 pau:2.660
pau:0.209 ao:0.259 r:0.338 d:0.373 er:0.470 y:0.588 uh:0.605 r:0.742 z:0.800 f:0.900 ao:0.961 r:1.008 f:1.155 ao:1.224 r:1.306 t:1.350 iy:1.400 n:1.477 ay:1.624 n:1.691 d:1.721 aa:1.874 l:2.079 er:2.147 z:2.235 n:2.304 ay:2.536 n:2.589 t:2.629 iy:2.745 s:2.865 eh:2.935 n:3.008 t:3.052 s:3.151 ae:3.237 t:3.271 er:3.355 ao:3.515 r:3.620 ax:3.667 ih:3.693 g:3.754 z:3.792 ae:3.846 m:3.907 p:3.968 ax:4.007 l:4.081 t:4.170 ax:4.199 d:4.277 ey:4.538 pau:4.789
`;
const TOKENS: readonly (readonly [token: string, phones: string, start: number])[] = [
  ["Light", "l ay t", 0.225],
  ["for", "f ao r", 0.468],
  ["three", "th r iy", 0.63],
  ["nights", "n ay t s", 0.897],
  ["from", "f r ah m", 1.339],
  ["one", "w ah n", 1.545],
  ["day", "d ey", 1.802],
  ["of", "ah v", 1.954],
  ["sun.", "s ah n", 2.062],
  ["Order", "ao r d er", 2.869],
  ["yours", "y uh r z", 3.13],
  ["for", "f ao r", 3.46],
  ["$49.90", "f ao r t iy n ay n d aa l er z n ay n t iy s eh n t s", 3.668],
  ["at", "ae t", 5.811],
  ["aurora.example", "er ao r ax ih g z ae m p ax l", 5.931],
  ["today!", "t ax d ey", 6.741],
];

describe("flite's word times", () => {
  test("alignment: the median error of the starts is at most 9 ms", () => {
    const spans = alignTokens(
      readPhones(SENTENCE).flat(),
      TOKENS.map(([, phones]) => phones.split(" ")),
    );
    const errors = TOKENS.map(([, , start], index) => Math.abs((spans[index]?.start ?? 99) - start)).sort(
      (a, b) => a - b,
    );
    expect(errors[errors.length >> 1]).toBeLessThanOrEqual(0.009);
    expect(errors.at(-1)).toBeLessThanOrEqual(0.025);
  });

  test("alignment: a token without phones has no span, and a reduced vowel does not move its neighbours", () => {
    const sentence = readPhones("pau:0.1 dh:0.2 ax:0.3 k:0.4 ae:0.5 t:0.6 pau:0.7\n").flat();
    const spans = alignTokens(sentence, [["dh", "iy"], [], ["k", "ae", "t"]]);
    expect(spans).toEqual([{ start: 0.1, end: 0.3 }, null, { start: 0.3, end: 0.6 }]);
  });

  test("spelling: signs become words, accents go, and other scripts are skipped", () => {
    expect(pronounceable("café")).toBe("cafe");
    expect(pronounceable("“don’t”")).toBe('"don\'t"');
    expect(pronounceable("€50")).toBe("50 euros");
    expect(pronounceable("50€")).toBe("50 euros");
    expect(pronounceable("🙂")).toBe("");
    expect(pronounceable("東京")).toBe("");
  });
});

describe("word times", () => {
  test("estimate: equal words between silences start within 20 ms", () => {
    const { samples, words } = tones("aaaa bbbb cccc dddd");
    const spans = estimatedSpans(tokensOf("aaaa bbbb cccc dddd"), samples);
    for (const [index, { start, end }] of spans.entries()) {
      expect(Math.abs(start - (words[index]?.start ?? 99))).toBeLessThanOrEqual(0.02);
      expect(Math.abs(end - (words[index]?.end ?? 99))).toBeLessThanOrEqual(0.02);
    }
  });

  test("words: those without times share the gap between their neighbours and are marked", () => {
    const tokens = tokensOf("one two three four");
    const spans = [{ start: 0, end: 0.5 }, null, null, { start: 2, end: 2.5 }];
    expect(wordsOf(tokens, spans, { seconds: 3, timing: "vendor" })).toEqual([
      { text: "one", start: 0, end: 0.5, timing: "vendor" },
      { text: "two", start: 0.5, end: 1.25, timing: "estimated" },
      { text: "three", start: 1.25, end: 2, timing: "estimated" },
      { text: "four", start: 2, end: 2.5, timing: "vendor" },
    ]);
  });

  test("words: times outside of the sound or in a wrong order are moved into it", () => {
    const spans = [
      { start: -4, end: 1 },
      { start: 99, end: 98 },
      { start: Number.NaN, end: Number.NaN },
    ];
    const words = wordsOf(tokensOf("one two three"), spans, { seconds: 2, timing: "vendor" });
    for (const { start, end } of words) {
      expect(start).toBeWithin(0, 2.001);
      expect(end).toBeWithin(start, 2.001);
    }
  });

  test("text: spaces and control characters are one space, and invisible characters are left out", () => {
    expect(normalText(" co\u00adop\u202e \u0000\n\t na\u0069\u0308ve \ud800 ")).toBe("coop naïve");
    expect(normalText("می\u200cخواهم")).toBe("می\u200cخواهم");
  });

  test("tokens: Japanese and Thai are split at words, with their punctuation", () => {
    expect(
      tokensOf("今日は、新しい。")
        .map(({ text }) => text)
        .join("|"),
    ).toBe("今日|は、|新しい。");
    expect(tokensOf("สวัสดีครับ").length).toBe(2);
    expect(tokensOf("Order yours!").map(({ at }) => at)).toEqual([0, 6]);
  });
});

describe("WAV of a line", () => {
  test("write and read: the samples are the same within 16 bits", () => {
    const { samples } = tones("one two");
    const read = readWav(writeWav(samples));
    expect(read.length).toBe(samples.length);
    expect(read.every((value, index) => Math.abs(value - (samples[index] ?? 9)) < 1 / 30_000)).toBe(true);
  });

  test("read: another rate keeps the length and the pitch", () => {
    const wav = Buffer.from(writeWav(tones("one two").samples));
    // The same samples, declared as 16 kHz: three times as long.
    wav.writeUInt32LE(16_000, 24);
    expect(readWav(wav).length).toBe(tones("one two").samples.length * 3);
  });

  test("read: the placeholder size of a pipe is the rest of the file", () => {
    const wav = Buffer.from(writeWav(tones("one").samples));
    wav.writeUInt32LE(0x7ffff000, 40);
    expect(readWav(wav).length).toBe(tones("one").samples.length);
  });

  test.each([
    ["nothing", Buffer.alloc(0), /not a WAV/],
    ["a header alone", Buffer.from(writeWav(new Float32Array(0))), /no sound/],
    ["half of it", Buffer.from(writeWav(tones("one").samples)).subarray(0, 999), /cut off/],
  ])("read: %s is refused", (_name, bytes, says) => {
    expect(() => readWav(bytes)).toThrow(says);
  });
});

describe("line key", () => {
  const voice = { provider: "flite", model: "flite-2.3", voice: "slt" } as const;
  const line = { text: "Hello there.", speed: 1, language: "en" };

  test("the same line has the same key, whatever its spaces", () => {
    expect(lineKey(voice, line)).toMatch(/^[0-9a-f]{64}$/);
    expect(lineKey(voice, { ...line, text: " Hello\n there. " })).toBe(lineKey(voice, line));
  });

  test("another provider, model, voice, speed, language or text has another key", () => {
    const keys = [
      lineKey(voice, line),
      lineKey({ ...voice, provider: "command" }, line),
      lineKey({ ...voice, model: "other" }, line),
      lineKey({ ...voice, voice: "rms" }, line),
      lineKey(voice, { ...line, speed: 1.1 }),
      lineKey(voice, { ...line, language: "de" }),
      lineKey(voice, { ...line, text: "Hello." }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("speech settings", () => {
  const unset = { speechApiKey: null, speechBaseUrl: null, speechModel: null, speechVoice: null } as const;

  test.each([
    ["openai", {}, /SPEECH_BASE_URL/],
    ["openai", { speechBaseUrl: "http://127.0.0.1/v1" }, /SPEECH_MODEL/],
    ["openai", { speechBaseUrl: "http://127.0.0.1/v1", speechModel: "m" }, /SPEECH_VOICE/],
    ["elevenlabs", {}, /SPEECH_API_KEY/],
    ["elevenlabs", { speechApiKey: "k" }, /SPEECH_VOICE/],
    ["command", {}, /SPEECH_MODEL/],
    ["command", { speechModel: "no-such-program-here" }, /not on the PATH/],
    ["command", { speechModel: "sh", speechVoice: "-x" }, /SPEECH_VOICE/],
    ["flite", { speechVoice: "nobody" }, /slt, rms/],
  ] as const)("check: %s with %j names what is missing", (speechProvider, given, says) => {
    expect(() => checkSpeechSettings({ ...unset, ...given, speechProvider })).toThrow(says);
  });
});
