import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { loadImage } from "@napi-rs/canvas";
import sharp from "sharp";
import { frameSize, layoutOf } from "../../../src/media/animatic/layout.ts";
import { lookOf } from "../../../src/media/animatic/look.ts";
import { breakText, graphemesOf } from "../../../src/media/animatic/text/break_text.ts";
import { captionPage, type Place } from "../../../src/media/animatic/text/caption.ts";
import { setCaption } from "../../../src/media/animatic/text/caption_text.ts";
import { cardWords, type Style } from "../../../src/media/animatic/text/card.ts";
import { closingCard } from "../../../src/media/animatic/text/closing_card.ts";
import { fitText } from "../../../src/media/animatic/text/fit_text.ts";
import { legibleText, lostText } from "../../../src/media/animatic/text/legible_text.ts";
import type { Still } from "../../../src/media/animatic/text/overlay.ts";
import { slateOf } from "../../../src/media/animatic/text/slate.ts";
import { directionOf } from "../../../src/media/animatic/text/text_direction.ts";
import { canvasOf, createTypography } from "../../../src/media/animatic/text/typography.ts";
import { placesOf } from "../../../src/media/animatic/text/word_places.ts";
import { paletteOf } from "../../../src/media/animatic/visuals/palette.ts";
import { createAnimaticRenderer } from "../../../src/media/mod.ts";
import { fixture } from "../fixtures.ts";
import { storyboard, workRoom } from "./footage.ts";

const BRIEFS: Readonly<Record<string, string>> = {
  en: "Stay cool all day 👍🏽 with 👨‍👩‍👧, 🇯🇵, 1️⃣ and ☀️ — only €49.90!",
  de: "Größer, kühler, „schöner“: jetzt 20 % günstiger",
  fr: "L’été commence ici… dès 9 h, à 49,90 €",
  vi: "Nước mát cả ngày, giảm ngay 20% hôm nay",
  el: "Δροσερό νερό όλη μέρα, παραγγείλετε σήμερα",
  ru: "Прохладная вода весь день — закажите сегодня за 999 ₽",
  ar: "احصل على خصم 50% اليوم فقط، واطلب الآن من aurora.example (توصيل مجاني)",
  he: "הנחה של (50%) היום! הזמינו ב־https://aurora.example/he עוד הערב",
  hi: "हर दिन ताज़ा पानी — आज ही ₹499 में ऑर्डर करें, क्षमता 750 मिली",
  th: "น้ำดื่มสะอาดทุกวัน สั่งซื้อวันนี้รับส่วนลด 20% ที่ aurora.example",
  ja: "通勤も週末も、これ一本。「オーロラ」で水はいつも冷たい。今なら500円オフ！",
  zh: "立即订购，享受八折优惠。让每一天都更轻松（限时50%折扣）！直达骨科",
  ko: "오늘 주문하면 20% 할인, 매일을 더 가볍게. 직접 만나보세요!",
  fa: "همین امروز سفارش دهید؛ می‌خواهم آب خنک",
};

describe("every script", () => {
  test.each(Object.entries(BRIEFS))(
    "typography: has a glyph for each character of a brief in %s",
    (language, brief) => {
      const typography = createTypography({ texts: [brief], language });
      const { text, lost } = legibleText(brief, typography);
      expect(lost).toEqual([]);
      for (const character of graphemesOf(text))
        expect([character, typography.covers(character)]).toEqual([character, true]);
      // Nothing of the brief is missing, apart from the selectors of a variant.
      const letters = (value: string) => value.replace(/\s|\ufe0f/gu, "");
      expect(letters(text)).toBe(letters(brief));
    },
  );

  // The pictures were looked at. UPDATE_GOLDEN=1 writes them again.
  test.each(["ar", "he", "hi", "th", "ja", "zh", "ko", "en"])(
    "typography: draws %s like its picture",
    async (language) => {
      const drawn = drawBlock(BRIEFS[language] ?? "", language);
      const path = new URL(`../../fixtures/scripts/${language}.png`, import.meta.url).pathname;
      if (process.env.UPDATE_GOLDEN) {
        await sharp(drawn.toBuffer("image/png")).png({ palette: true, colours: 16, effort: 10 }).toFile(path);
      }
      const golden = canvasOf(drawn);
      golden.getContext("2d").drawImage(await loadImage(readFileSync(path)), 0, 0);
      expect(differing(drawn, golden)).toBeLessThan(0.005);
    },
  );

  test("typography: draws a letter that is missing differently from its picture", async () => {
    const golden = drawBlock(BRIEFS.ar ?? "", "ar");
    expect(differing(drawBlock((BRIEFS.ar ?? "").replace("خصم", "حصم"), "ar"), golden)).toBeGreaterThan(0);
    expect(differing(drawBlock([...(BRIEFS.ar ?? "")].reverse().join(""), "ar"), golden)).toBeGreaterThan(0.02);
  });

  test("typography: chooses the forms of Chinese characters by the language", () => {
    const [ja, zh, ko] = ["ja", "zh-Hans", "ko"].map((language) =>
      drawBlock("直骨海", language).data().toString("hex"),
    );
    expect(new Set([ja, zh, ko]).size).toBe(3);
    expect(drawBlock("直骨海の", null).data()).not.toEqual(drawBlock("直骨海の", "zh").data());
  });

  test("typography: names a script without a font, and the package that has one", () => {
    const typography = createTypography({ texts: ["Buy ᐃᓄᒃ and தமிழ் now"] });
    const { text, lost } = legibleText("Buy ᐃᓄᒃ and தமிழ் now", typography);
    expect(text).toBe("Buy and now");
    expect(lostText("script", lost)).toContain("(Tamil, other characters)");
    expect(lostText("script", lost)).toEndWith("with the packages @fontsource-variable/noto-sans-tamil");
  });
});

test("render process: finds the fonts of every script from inside its sandbox", async () => {
  const room = await workRoom();
  const renderer = createAnimaticRenderer({ processes: 1 });
  try {
    const scenes = Object.values(BRIEFS).map((script) => ({ durationTenths: 1, script, description: script }));
    const spec = storyboard(scenes, { callToAction: BRIEFS.ja ?? "", product: BRIEFS.he ?? "" });
    const { signal } = new AbortController();
    const { outputs } = await renderer.render(spec, { only: room.path("out.mp4") }, { signal, onProgress: () => {} });
    expect(outputs).toMatchObject([{ id: "only", warnings: [] }]);
  } finally {
    await renderer.close();
    await room.clear();
  }
});

describe("the fonts of a brand", () => {
  // Its only letters, A and B, are black rectangles.
  const blocks = { path: fixture("blocks.otf") };

  test("typography: sets what they have in them, and everything else in the next font", () => {
    const text = "AB 水 Ω";
    const typography = createTypography({ texts: [text], fonts: [blocks], language: "ja" });
    expect(legibleText(text, typography)).toEqual({ text, lost: [] });
    expect(typography.width("A", "bold", 100)).toBeCloseTo(60, 0);
    expect(typography.width("Ω", "bold", 100)).toBe(createTypography({ texts: [text] }).width("Ω", "bold", 100));
  });

  test("typography: uses the file of the nearest weight for each face", () => {
    const inter = (weight: number) => ({ path: fixture("brand.ttf"), weight });
    const isBlocks = (fonts: { path: string; weight?: number }[], face: "regular" | "bold") =>
      Math.abs(createTypography({ fonts }).width("A", face, 100) - 60) < 0.5;
    expect(isBlocks([{ ...blocks, weight: 400 }, inter(700)], "regular")).toBe(true);
    expect(isBlocks([{ ...blocks, weight: 400 }, inter(700)], "bold")).toBe(false);
    expect(isBlocks([inter(700), blocks], "regular")).toBe(true);
  });

  test("typography: warns of a file that is no font, and goes on", () => {
    const warnings: string[] = [];
    const typography = createTypography({
      fonts: [{ path: fixture("photo.png") }],
      warn: (message) => warnings.push(message),
    });
    expect(warnings).toEqual(["A font of the brand cannot be used, so the text is set in the next one"]);
    expect(typography.covers("A")).toBe(true);
  });
});

describe("line breaks", () => {
  test.each([
    ["ja", "通勤も週末も、これ一本。「水」で500円オフ！", "通勤も|週末も、|これ|一本。|「水」で|500円|オフ！"],
    ["zh", "立即订购，享受优惠（限时50%折扣）！", "立即|订购，|享受|优惠|（限|时|50%|折扣）！"],
    ["th", "น้ำดื่มสะอาด ทุกวัน", "น้ำ|ดื่ม|สะอาด |ทุก|วัน"],
    ["ja", "詳しくはhttps://aurora.example/x?a=1へ", "詳しくは|https://aurora.example/x?a=1|へ"],
    ["ko", "오늘 주문하면 20% 할인", "오늘 |주문하면 |20% |할인"],
    ["not a language", "水は冷たい", "水は|冷たい"],
  ])("breakText: divides %s between words: %s", (language, text, parts) => {
    expect(breakText(text, language).join("|")).toBe(parts);
  });

  test("fitText: breaks a text without spaces before it cuts it, and begins no line with closing punctuation", () => {
    const text = (BRIEFS.ja ?? "").repeat(2);
    const typography = createTypography({ texts: [text], language: "ja" });
    const block = fitText(text, typography, { face: "bold", width: 300, height: 400, max: 40, min: 20 });
    expect(block).toMatchObject({ cut: false });
    expect(block.lines.join("")).toBe(text);
    for (const line of block.lines) expect(line).not.toMatch(/^[、。！」ー]/);
    const cut = fitText(text, typography, { face: "bold", width: 300, height: 60, max: 40, min: 20 });
    expect(cut.lines.at(-1)).toMatch(/[^、。！]…$/);
  });

  test("fitText: cuts a row of emoji between two of them", () => {
    const text = "👨‍👩‍👧".repeat(60);
    const typography = createTypography({ texts: [text] });
    const { lines, cut } = fitText(text, typography, { face: "bold", width: 200, height: 30, max: 30, min: 20 });
    expect(cut).toBe(true);
    expect(lines.join("")).toMatch(/^(👨‍👩‍👧)+…$/u);
  });
});

describe("captions by words", () => {
  const captionIn = (text: string, language: string) => {
    const typography = createTypography({ texts: [text], language });
    const span = { from: 0, to: 100 };
    const room = { face: "bold", width: 900, height: 400, max: 40, min: 20 } as const;
    return setCaption({ text, words: [], span, pages: 1, byWords: true }, typography, room);
  };

  test.each(["ja", "zh", "th", "ko", "ar", "en"])(
    "setCaption: shows a few words at a time in %s, and loses none",
    (language) => {
      const text = legibleText(BRIEFS[language] ?? "", createTypography({ texts: [BRIEFS[language] ?? ""] })).text;
      const groups = captionIn(text, language);
      expect(groups.length).toBeGreaterThan(1);
      for (const { words } of groups) expect(words.length).toBeLessThanOrEqual(5);
      expect(
        groups
          .map(({ block }) => block.lines.join(""))
          .join("")
          .replaceAll(" ", ""),
      ).toBe(text.replaceAll(" ", ""));
      for (const { block } of groups) expect(text).toContain(block.lines.join(language === "ja" ? "" : " ").trim());
    },
  );

  test("placesOf: puts words where the whole line has them, in lines of both directions", () => {
    const width = (text: string) => text.length * 10;
    const place = (text: string, direction: "ltr" | "rtl") => {
      const parts = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
        before: text.slice(0, index),
        text: word,
      }));
      const places = placesOf(parts, { text, x: 0, width: width(text), direction }, width);
      return parts.map((part, at) => ({ text: part.text, x: places[at] ?? 0 })).sort((a, b) => a.x - b.x);
    };
    const order = (text: string, direction: "ltr" | "rtl") =>
      place(text, direction)
        .map((part) => part.text)
        .join("|");
    expect(order("one two three", "ltr")).toBe("one|two|three");
    expect(order("אחת שתיים שלוש", "rtl")).toBe("שלוש|שתיים|אחת");
    expect(order("מים Aurora Bottle עכשיו", "rtl")).toBe("עכשיו|Aurora|Bottle|מים");
    expect(order("הנחה של (50%) היום", "rtl")).toBe("היום|(50%)|של|הנחה");
    expect(order("Buy מים קרים now", "ltr")).toBe("Buy|קרים|מים|now");
    expect(place("מים Aurora Bottle", "rtl").map(({ x }) => x)).toEqual([0, 70, 140]);
  });
});

describe("direction", () => {
  test.each([
    ["שלום aurora.example", null, "rtl"],
    ["Aurora היא המים הקרים", null, "rtl"],
    ["Aurora שלום for the whole family", null, "ltr"],
    ["Aurora Water Bottle Official שלום", "he", "rtl"],
    ["Aurora", "ar-EG", "ltr"],
    ["50% (50)", null, "ltr"],
  ] as const)("directionOf: reads %j in language %j as %s", (text, language, direction) => {
    expect(directionOf(text, language)).toBe(direction);
  });

  // Squares are neutral: they stand after the word, which is left of it only where the text runs from right to left.
  const text = "של ■■■■■■";
  test.each(["caption", "closing card", "slate"])("%s: sets a text from right to left", (where) => {
    const style = styleOf(text);
    const still = {
      caption: () => captionStill(text, style),
      "closing card": () => closingCard({ product: "", callToAction: text }, style),
      slate: () => slateOf({ sceneNumber: 1, shot: text }, style),
    }[where]?.();
    const { left, right } = inkOf(still, "text");
    expect(left).toBeGreaterThan(right * 1.5);
  });

  test("card: aligns a text from right to left with the right edge", () => {
    const style = styleOf("שלום");
    const { left, right } = inkOf(
      cardWords({ eyebrow: "Scene 1", headline: "שלום" }, style, style.layout.height),
      "frame",
    );
    expect(right).toBeGreaterThan(left * 1.5);
  });
});

function styleOf(text: string): Style {
  const layout = layoutOf(frameSize("16:9", "480p"), { format: "16:9", platform: "generic" });
  const typography = createTypography({ texts: [text] });
  return { layout, typography, look: lookOf(""), palette: paletteOf({ colors: ["#000000"] }), logo: null };
}

function captionStill(text: string, style: Style): Still {
  const place: Place = { ...style.layout.safe, align: "center", anchor: "bottom" };
  const block = fitText(text, style.typography, { face: "semibold", ...style.layout.caption, max: 27, min: 20 });
  const page = captionPage({ block, from: 0, to: 1, words: [] }, style, {
    ...{ place, face: "semibold", ground: "dark", side: "foot" },
  });
  return page.text(0);
}

function drawBlock(text: string, language: string | null) {
  const typography = createTypography({ texts: [text], language });
  const block = fitText(legibleText(text, typography).text, typography, {
    ...{ face: "semibold" as const, width: 380, height: 120, max: 30, min: 18 },
  });
  const canvas = canvasOf({ width: 400, height: 130 });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 400, 130);
  context.fillStyle = "#15171c";
  context.font = typography.font("semibold", block.size);
  context.direction = block.direction;
  context.textAlign = "start";
  block.lines.forEach((line, index) => {
    context.fillText(line, block.direction === "rtl" ? 390 : 10, 5 + index * block.lineHeight + block.size);
  });
  return canvas;
}

type Drawn = ReturnType<typeof drawBlock>;

/** Returns the share of pixels that differ clearly. */
function differing(a: Drawn, b: Drawn): number {
  const [one, other] = [a, b].map((canvas) => canvas.getContext("2d").getImageData(0, 0, a.width, a.height).data);
  let count = 0;
  for (let i = 0; i < (one?.length ?? 0); i += 4) {
    if ([0, 1, 2].some((channel) => Math.abs((one?.[i + channel] ?? 0) - (other?.[i + channel] ?? 0)) > 60)) count++;
  }
  return count / (a.width * a.height);
}

/** Counts the pixels of text, in the first and last quarter of their box or of the frame. */
function inkOf(still: Still | undefined, of: "text" | "frame"): { left: number; right: number } {
  if (!still) throw new Error("nothing was drawn");
  const { width, height } = still.canvas;
  const { data } = still.canvas.getContext("2d").getImageData(0, 0, width, height);
  const columns: number[] = [];
  for (let i = 0; i < data.length; i += 4) {
    const isInk = (data[i + 3] ?? 0) > 128 && Math.min(...data.subarray(i, i + 3)) > 215;
    if (isInk) columns.push((i / 4) % width);
  }
  const [from, to] =
    of === "frame" ? [0, width] : [columns.reduce((x, y) => Math.min(x, y)), columns.reduce((x, y) => Math.max(x, y))];
  const quarter = (to - from) / 4;
  const count = (isIn: (column: number) => boolean) => columns.filter(isIn).length;
  return { left: count((column) => column < from + quarter), right: count((column) => column > to - quarter) };
}
