import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Line, Speaker, SpokenLine } from "../../src/speech/mod.ts";
import { SPEECH_RATE } from "../../src/speech/mod.ts";

/** A voice to test. */
export interface SpeakerFixture extends AsyncDisposable {
  readonly speaker: Speaker;
}

/** The voice's process runs at a low priority, so on a busy machine a line takes minutes. */
const PATIENCE_MS = 900_000;

const LINE: Line = { text: "Light for three nights, from one day of sun.", speed: 1, language: "en" };
const WORDS = ["Light", "for", "three", "nights,", "from", "one", "day", "of", "sun."];

/** Texts that no voice speaks. */
const REFUSED: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ["an empty text", "", /no words/],
  ["spaces and control characters", " \n\t\u0000\u0007 ", /no words/],
  ["emoji alone", "🙂👍🏽 👩‍👩‍👧‍👦 🇩🇪", /no words/],
  ["punctuation alone", "… — ?!", /no words/],
  ["400 digits", "7".repeat(400), /400 characters, and at most 60/],
  ["a word of 20,000 letters", "a".repeat(20_000), /20000 characters, and at most 4096/],
  ["5,000 words", "word ".repeat(5_000), /at most 4096/],
];

/** Texts that are spoken as they are written. */
const HOSTILE = "--help -o f $(>/tmp/spoken) `id` ; <b>x</b> %s \\n";

/** Tests the port of speech with one adapter. */
export function testSpeaker(name: string, create: () => Promise<SpeakerFixture>): void {
  describe(`speaker ${name}`, () => {
    let fixture: SpeakerFixture;
    let spoken: SpokenLine;
    const speak = (line: Partial<Line> = {}, signal = new AbortController().signal) =>
      fixture.speaker.speak({ ...LINE, ...line }, { signal });

    beforeAll(async () => {
      fixture = await create();
      spoken = await speak();
    }, PATIENCE_MS);
    afterAll(async () => {
      await fixture[Symbol.asyncDispose]();
    });

    test("speak: the sound is one channel of finite samples within full scale, and can be heard", () => {
      expect(spoken.samples.length).toBeGreaterThan(SPEECH_RATE);
      expect(spoken.samples.length).toBeLessThan(20 * SPEECH_RATE);
      expect(spoken.samples.every((value) => Math.abs(value) <= 1)).toBe(true);
      const loudest = spoken.samples.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);
      expect(loudest).toBeGreaterThan(0.05);
    });

    test("speak: every word has times, in order and within the sound", () => {
      expect(spoken.words.map(({ text }) => text)).toEqual(WORDS);
      const seconds = spoken.samples.length / SPEECH_RATE;
      let before = 0;
      for (const { start, end, timing } of spoken.words) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(seconds + 0.001);
        expect(["aligned", "vendor", "estimated"]).toContain(timing);
        before = start;
      }
    });

    test("speak: words are where the sound is", () => {
      const level = (from: number, to: number) => {
        const part = spoken.samples.subarray(Math.round(from * SPEECH_RATE), Math.round(to * SPEECH_RATE));
        return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
      };
      const first = spoken.words[0]?.start ?? 0;
      const last = spoken.words.at(-1);
      expect(level(first, last?.end ?? 0)).toBeGreaterThan(level(0, spoken.samples.length / SPEECH_RATE) * 0.9);
      for (const { start, end } of spoken.words) expect(level(start, end)).toBeGreaterThan(0.003);
    });

    test(
      "speak: a higher speed is shorter",
      async () => {
        const fast = await speak({ speed: 1.2 });
        expect(fast.samples.length / spoken.samples.length).toBeWithin(0.75, 0.92);
      },
      PATIENCE_MS,
    );

    test(
      "speak: option-like, shell-like and markup-like text is text",
      async () => {
        const { words } = await speak({ text: HOSTILE });
        expect(words.map(({ text }) => text)).toEqual(HOSTILE.split(" ").filter((word) => /\w/.test(word)));
        expect(await Bun.file("/tmp/spoken").exists()).toBe(false);
      },
      PATIENCE_MS,
    );

    test.each(REFUSED)("speak: %s is refused with what to do", async (_name, text, says) => {
      const error = await speak({ text }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "validation_failed", message: expect.stringMatching(says) });
    });

    test.each([0, 0.5, 1.5, Number.NaN])("speak: the speed %d is refused", async (speed) => {
      const error = await speak({ speed }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "validation_failed" });
    });

    test("speak: an aborted signal rejects with its reason", async () => {
      const reason = new Error("cancelled");
      const error = await speak({}, AbortSignal.abort(reason)).catch((thrown: unknown) => thrown);
      expect(error).toBe(reason);
    });

    test(
      "speak: a signal that aborts in between rejects with its reason, and the voice goes on",
      async () => {
        const controller = new AbortController();
        const reason = new Error("cancelled");
        const speaking = speak({}, controller.signal).catch((thrown: unknown) => thrown);
        controller.abort(reason);
        expect(await speaking).toBe(reason);
        expect((await speak({ text: "Still here." })).words.map(({ text }) => text)).toEqual(["Still", "here."]);
      },
      PATIENCE_MS,
    );
  });
}
