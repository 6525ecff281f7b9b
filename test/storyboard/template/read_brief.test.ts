import { describe, expect, test } from "bun:test";
import { ANY_THEME } from "../../../src/storyboard/template/phrases/mod.ts";
import { readAudience } from "../../../src/storyboard/template/read_audience.ts";
import { languageOf, readBrief } from "../../../src/storyboard/template/read_brief.ts";
import { factIn, readMessage } from "../../../src/storyboard/template/read_message.ts";
import { readProduct, withProduct } from "../../../src/storyboard/template/read_product.ts";
import { brief } from "../briefs.ts";

describe("a product", () => {
  test.each([
    ["EcoBottle", "EcoBottle"],
    ["Smart Water Bottle", "the Smart Water Bottle"],
    ["our new noise-cancelling headphones", "the noise-cancelling headphones"],
    ["AeroPress Go, the travel coffee maker", "AeroPress Go"],
    ["Product launch: The Nimbus 2000 — the fastest broom", "The Nimbus 2000"],
    ["Hotel Marisol", "Hotel Marisol"],
    ["“Kindred”.", "Kindred"],
    ["A meditation app that helps anxious people fall asleep", "the meditation app"],
  ])("given as %s is called %s", (text, name) => {
    expect(readProduct(text, "english").name).toBe(name);
  });

  test("of five thousand characters has a name that can be said", () => {
    expect(readProduct("Very long product name ".repeat(220), "english").name.length).toBeLessThan(70);
  });

  test("in the plural agrees with its verb, and a small first letter on purpose stays", () => {
    expect(withProduct("This is {product}.", readProduct("Trail running shoes", "english"))).toBe(
      "These are the trail running shoes.",
    );
    expect(withProduct("{product}. Here.", readProduct("iPhone", "english"))).toBe("iPhone. Here.");
    expect(withProduct("This is {product}.", readProduct("Cash$& $1", "english"))).toBe("This is Cash$& $1.");
  });
});

describe("an audience", () => {
  const peopleOf = (text: string) => readAudience(text, ANY_THEME).people;
  test.each([
    ["Fitness enthusiasts aged 25-40", "fitness enthusiasts"],
    ["Our target audience is busy professionals who travel", "busy professionals"],
    ["Parents of toddlers (1-4 years)", "parents of toddlers"],
    ["18-34 year old urban women", "urban women"],
  ])("given as %s is spoken to as %s", (text, people) => {
    expect(peopleOf(text)).toBe(people);
  });

  test("that cannot be named safely is not named", () => {
    for (const text of [
      "Everyone!",
      "People who travel a lot for work.",
      "25-40",
      "B2B",
      "",
      "Women over 40",
      "🙂",
      "x".repeat(5000),
    ]) {
      expect(peopleOf(text)).toBeUndefined();
    }
  });
});

describe("a key message", () => {
  const product = readProduct("EcoBottle", "english");
  test("becomes sentences that can be spoken", () => {
    expect(readMessage("keeps drinks cold for 24 hours", product)).toEqual(["It keeps drinks cold for 24 hours."]);
    expect(readMessage("Stay hydrated, save the planet", product)).toEqual(["Stay hydrated, save the planet."]);
    expect(readMessage("We want people to know that it is safe. Really!", product)).toEqual(["It is safe.", "Really!"]);
    expect(readMessage("5分で乾く。髪にやさしい", product)).toEqual(["5分で乾く。", "髪にやさしい。"]);
    expect(readMessage("Save now 🎉", product)).toEqual(["Save now 🎉"]);
    expect(readMessage("It flies. ".repeat(500), product)).toEqual(["It flies."]);
  });

  test("is the only source of a fact", () => {
    expect(factIn("Cold for 24 hours")).toBe("24 hours");
    expect(factIn("cuts your bill by 60%")).toBeUndefined();
    expect(factIn("for the over 40s")).toBeUndefined();
  });
});

test("languageOf: writes in the language of the brief's words, whatever else is requested", () => {
  const codeOf = (keyMessage: string, more: { callToAction?: string; language?: string } = {}) => {
    const { callToAction = "", ...rest } = more;
    const words = { product: "", targetAudience: "", keyMessage, callToAction };
    const { language } = languageOf(brief({ words, ...rest }));
    return typeof language === "string" ? language : language.code;
  };
  expect(codeOf("Stay hydrated and save the planet")).toBe("english");
  expect(codeOf("EcoBottle")).toBe("english");
  expect(codeOf("Schneller im Büro, ganz ohne Stau")).toBe("de");
  expect(codeOf("Un pain au levain cuit chaque matin pour les familles")).toBe("fr");
  expect(codeOf("Café de barista en un minuto, sin salir de casa", { callToAction: "Compra ahora" })).toBe("es");
  expect(codeOf("O seu negócio não precisa de papel")).toBe("pt");
  expect(codeOf("Музыка и свет")).toBe("other");
  expect(codeOf("قهوة طازجة")).toBe("other");
  expect(codeOf("")).toBe("english");
  expect(codeOf("Stay hydrated and save the planet", { language: "de" })).toBe("english");
  expect(codeOf("Kestrel", { language: "de-AT" })).toBe("de");
  expect(codeOf("Kestrel", { language: "ja" })).toBe("other");
});

test("a theme is found by what is sold, and none where nothing tells", () => {
  expect(readBrief(brief()).theme.name).toBe("hydration");
  const bees = {
    product: "Save the Bees Foundation",
    keyMessage: "Without bees there is no food",
    callToAction: "Donate",
  };
  expect(readBrief(brief({ words: bees })).theme.name).toBe("cause");
  const hospice = { product: "Nightingale Hospice", keyMessage: "Nobody should say goodbye alone" };
  expect(readBrief(brief({ words: hospice })).theme.name).toBe("care");
  const vault = { product: "Vaultline password manager for teams", keyMessage: "One breach costs more than ten years" };
  expect(readBrief(brief({ words: vault })).theme.name).toBe("security");
  const lisbon = { product: "Lisbon city break", targetAudience: "retired teachers", callToAction: "Book by Friday" };
  expect(readBrief(brief({ words: lisbon })).theme.name).toBe("travel");
  const tiles = { product: "Grundfeld tiles", keyMessage: "They last", callToAction: "Book a visit" };
  expect(readBrief(brief({ words: tiles })).theme).toBe(ANY_THEME);
  expect(
    readBrief(brief({ words: { product: "Xyzzy", keyMessage: "It just works", targetAudience: "wizards" } })).theme,
  ).toBe(ANY_THEME);
});
