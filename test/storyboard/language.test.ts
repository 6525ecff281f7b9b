import { expect, test } from "bun:test";
import { languageOfBrief, languageWarnings } from "../../src/storyboard/mod.ts";
import { brief } from "./briefs.ts";
import { plan } from "./template/plans.ts";

const BRIEFS: readonly (readonly [string, string, string, string, string])[] = [
  ["en", "EcoBottle", "busy professionals", "Keeps drinks cold for 24 hours", "Shop now"],
  ["en", "Café Noir", "Paris lovers", "Espresso at home", "Buy now"],
  ["en", "Nike", "everyone", "Just do it", "Buy"],
  ["de", "Kaffeemaschine Bella", "Berufstätige", "Frischer Espresso in 30 Sekunden", "Jetzt kaufen"],
  ["de", "Zeltwerk", "Familien, die gern draußen sind", "Steht in zwei Minuten", "Jetzt entdecken"],
  ["fr", "Vélo Lumière", "citadins pressés", "Roule sans effort dans la ville", "Essayez gratuitement"],
  ["fr", "Crème Aurore", "femmes actives", "Une peau douce toute la journée", "Commandez maintenant"],
  ["es", "Zapatillas Nube", "corredores urbanos", "Corre más lejos sin cansarte", "Compra ahora"],
  ["pt", "Cadeira Leve", "quem trabalha em casa", "Conforto para o dia inteiro", "Compre agora"],
  ["it", "Pasta Fresca", "famiglie moderne", "Il sapore di casa in tre minuti", "Ordina ora"],
  ["nl", "Fietslamp Helder", "forensen", "Zie alles in het donker", "Bestel nu"],
  ["sv", "Cykellampa Klar", "pendlare", "Se allt i mörkret", "Köp nu"],
  ["pl", "Lampa Jasna", "dojeżdżający do pracy", "Widzisz wszystko w ciemności", "Kup teraz"],
  ["tr", "Bisiklet lambası", "işe gidenler", "Karanlıkta her şeyi gör", "Şimdi satın al"],
  ["ru", "Велосипедный фонарь", "горожане", "Видно всё в темноте", "Купите сейчас"],
  ["uk", "Велосипедний ліхтар", "містяни", "Видно все у темряві", "Купуйте зараз"],
  ["ja", "自転車ライト", "通勤者", "暗闇でもはっきり見える", "今すぐ購入"],
  ["zh", "自行车灯", "通勤者", "黑暗中看得清清楚楚", "立即购买"],
  ["ko", "자전거 라이트", "출퇴근하는 사람들", "어둠 속에서도 잘 보입니다", "지금 구매하세요"],
  ["ar", "مصباح دراجة", "الموظفون", "يضيء الطريق في الظلام", "اشتر الآن"],
  ["he", "פנס אופניים", "נוסעים", "רואים הכל בחושך", "קנו עכשיו"],
  ["hi", "साइकिल लाइट", "रोज़ाना यात्री", "अंधेरे में सब कुछ दिखे", "अभी खरीदें"],
  ["th", "ไฟจักรยาน", "คนทำงาน", "มองเห็นชัดในความมืด", "ซื้อเลย"],
  ["el", "Φως ποδηλάτου", "επιβάτες", "Δείτε τα πάντα στο σκοτάδι", "Αγοράστε τώρα"],
  ["vi", "Đèn xe đạp", "người đi làm", "Nhìn rõ trong bóng tối", "Mua ngay"],
];

test.each(BRIEFS)(
  "languageOfBrief: recognises %s in a short brief for %s",
  (language, product, targetAudience, ...rest) => {
    const [keyMessage = "", callToAction = ""] = rest;
    expect(languageOfBrief({ product, targetAudience, keyMessage, callToAction })).toBe(language);
  },
);

test("languageOfBrief: does not guess from a foreign name alone, or from no letters", () => {
  const words = { product: "", targetAudience: "", keyMessage: "", callToAction: "" };
  expect(languageOfBrief({ ...words, product: "EcoBottle" })).toBeNull();
  expect(languageOfBrief({ ...words, keyMessage: "🎉 100 %" })).toBeNull();
  const english = { targetAudience: "home cooks", keyMessage: "Pasta like in Rome", callToAction: "Order today" };
  expect(languageOfBrief({ ...english, product: "Pasta Fresca della Nonna" })).toBe("en");
});

test("languageWarnings: says that the template kept the brief's words where another language was requested", async () => {
  const given = brief();
  const scenes = await plan(given);
  const warningsFor = (wanted: string) => languageWarnings(scenes, { wanted, adBasics: given.adBasics });
  expect(warningsFor("de-AT")).toEqual([{ sceneNumber: null, message: expect.stringContaining("not in 'de-AT'") }]);
  expect(warningsFor("en-GB")).toEqual([]);
  const translated = scenes.map((scene) => ({
    ...scene,
    script: "Hält Getränke den ganzen Tag lang kalt. Jetzt kaufen.",
  }));
  expect(languageWarnings(translated, { wanted: "de", adBasics: given.adBasics })).toEqual([]);
});
