import { expect, test } from "bun:test";
import { createFliteSpeaker } from "../../src/speech/flite/flite_speaker.ts";
import { estimateSeconds, SPEECH_RATE } from "../../src/speech/mod.ts";

/** Ad lines that were not used to fit the estimate. */
const LINES = [
  "Mornings are hard. Coffee should not be.",
  "Meet Kettle One, the kettle that remembers how you like your tea.",
  "Built from recycled ocean plastic, and made to last a lifetime.",
  "Order by Friday and save 30% on every pair.",
  "Your whole team, one calendar, zero meetings about meetings.",
  "Forty hours of battery life. One small button.",
  "Sleep deeper, wake up lighter.",
  "Trusted by 4,500 schools in 12 countries.",
  "Download Drift today and try it free for 14 days.",
  "Because great shoes should not cost the earth.",
  "It folds in three seconds and fits under any desk.",
  "Dr. Lee and her team tested every ingredient twice.",
  "Fresh bread, delivered before you are awake.",
  "See the difference for yourself at northlight.com.",
] as const;

test("estimateSeconds: within 20 % of each line that flite speaks, and within 5 % of all of them", async () => {
  const speaker = createFliteSpeaker("slt", { timeLimitMs: 900_000, startLimitMs: 300_000 });
  try {
    const signal = new AbortController().signal;
    const pairs: { text: string; ratio: number; spoken: number; estimated: number }[] = [];
    for (const text of LINES) {
      const { samples } = await speaker.speak({ text, speed: 1, language: "en" }, { signal });
      const spoken = samples.length / SPEECH_RATE;
      const estimated = estimateSeconds(text, "en");
      pairs.push({ text, ratio: estimated / spoken, spoken, estimated });
    }
    const total = (key: "spoken" | "estimated") => pairs.reduce((sum, pair) => sum + pair[key], 0);
    expect(pairs.filter(({ ratio }) => Math.abs(ratio - 1) > 0.2)).toEqual([]);
    expect(Math.abs(total("estimated") / total("spoken") - 1)).toBeLessThan(0.05);
  } finally {
    await speaker.close();
  }
}, 600_000);

test("estimateSeconds: follows the speed that flite speaks at", async () => {
  const speaker = createFliteSpeaker("slt", { timeLimitMs: 900_000, startLimitMs: 300_000 });
  try {
    const [text] = LINES;
    for (const speed of [0.8, 1.3]) {
      const { samples } = await speaker.speak(
        { text, speed, language: "en" },
        { signal: new AbortController().signal },
      );
      expect(Math.abs(estimateSeconds(text, "en", speed) / (samples.length / SPEECH_RATE) - 1)).toBeLessThan(0.2);
    }
  } finally {
    await speaker.close();
  }
}, 600_000);

test("estimateSeconds: reads numbers, prices, abbreviations and addresses out", () => {
  const seconds = (text: string) => estimateSeconds(text, "en");
  expect(seconds("1625")).toBeCloseTo(seconds("sixteen twenty five"), 1);
  expect(seconds("12,000 families")).toBeCloseTo(seconds("twelve thousand families"), 1);
  expect(seconds("25%")).toBeCloseTo(seconds("twenty five percent"), 1);
  expect(seconds("Dr. Lee")).toBeCloseTo(seconds("Doctor Lee"), 1);
  expect(seconds("NHS")).toBeGreaterThan(seconds("his"));
  expect(seconds("7".repeat(400))).toBeGreaterThan(60);
});

test("estimateSeconds: takes scripts without vowels or spaces for about as long as their translation", () => {
  const english = estimateSeconds("The lamp that shines for sixty hours.", "en");
  const translations: readonly (readonly [string, string])[] = [
    ["de", "Die Lampe, die sechzig Stunden leuchtet."],
    ["fr", "La lampe qui éclaire pendant soixante heures."],
    ["ru", "Лампа, которая светит шестьдесят часов."],
    ["ja", "六十時間光り続けるランプ。"],
    ["zh", "持续发光六十小时的灯。"],
    ["ko", "육십 시간 동안 빛나는 램프."],
    ["th", "โคมไฟที่ส่องสว่างหกสิบชั่วโมง"],
    ["ar", "المصباح الذي يضيء ستين ساعة."],
    ["he", "המנורה שמאירה שישים שעות."],
    ["hi", "साठ घंटे चमकने वाला लैंप।"],
  ];
  for (const [language, text] of translations) {
    const ratio = estimateSeconds(text, language) / english;
    expect({ language, isNear: ratio > 0.55 && ratio < 1.8 }).toEqual({ language, isNear: true });
  }
});

test("estimateSeconds: is zero without words", () => {
  for (const text of ["", "  ", "🎉🎉", "…", "--"]) expect(estimateSeconds(text, "en")).toBe(0);
});
