import { describe, expect, test } from "bun:test";
import sharp from "sharp";
import { openPicture } from "../../../src/media/pictures/open_picture.ts";
import { fixture, workshop } from "../fixtures.ts";

const NS = `xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`;
const SIZES = [
  { side: 640, enlarge: false },
  { side: 2560, enlarge: true },
];

/** The colours of points, given as fractions of width and height, in hexadecimal with alpha. */
async function colours(path: string, drawing: (typeof SIZES)[number], points: readonly (readonly [number, number])[]) {
  const picture = await openPicture(path, { drawing });
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return points.map(([x, y]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 4;
    return data.subarray(at, at + 4).toString("hex");
  });
}

const FULL: [name: string, svg: string][] = [
  ["points", `<svg ${NS} width="400" height="100"><rect width="300pt" height="75pt" fill="#0f0"/></svg>`],
  [
    "millimetres and centimetres",
    `<svg ${NS} width="96" height="96"><rect width="25.4mm" height="2.54cm" fill="#0f0"/></svg>`,
  ],
  ["picas and inches", `<svg ${NS} width="96" height="96"><rect width="6pc" height="1in" fill="#0f0"/></svg>`],
  [
    "units of its own size",
    `<svg ${NS} width="10cm" height="5cm"><rect width="100%" height="50mm" fill="#0f0"/></svg>`,
  ],
  [
    "units in a style sheet",
    `<svg ${NS} width="96" height="96"><style>path{stroke:#0f0;stroke-width:1in}</style><path d="M0 48H96"/></svg>`,
  ],
  [
    "units below a viewBox",
    `<svg ${NS} width="50" height="50" viewBox="0 0 96 96"><rect width="72pt" height="72pt" fill="#0f0"/></svg>`,
  ],
  ["an odd size", `<svg ${NS} width="1001" height="7"><rect width="100%" height="100%" fill="#0f0"/></svg>`],
  ["no size", `<svg ${NS}><rect width="300" height="150" fill="#0f0"/></svg>`],
  [
    "a prefix",
    `<s:svg xmlns:s="http://www.w3.org/2000/svg" width="9" height="9"><s:rect width="9" height="9" fill="#0f0"/></s:svg>`,
  ],
  [
    "a long DOCTYPE with entities",
    `<!DOCTYPE svg [${Array.from({ length: 40 }, (_, i) => `<!ENTITY c${i} "${"#0f0".padEnd(40)}">`).join("")}]>` +
      `<svg ${NS} width="9" height="9"><rect width="9" height="9" fill="&c7;"/></svg>`,
  ],
];

describe("a drawing is drawn as in a browser", () => {
  test.each(FULL)("with %s", async (_name, svg) => {
    await using shop = await workshop();
    const path = await shop.file("drawing.svg", svg);
    for (const drawing of SIZES) {
      const corners = [
        [0, 0],
        [0.999, 0],
        [0.5, 0.5],
        [0, 0.999],
        [0.999, 0.999],
      ] as const;
      expect(await colours(path, drawing, corners)).toEqual(corners.map(() => "00ff00ff"));
    }
  });

  test("in UTF-16", async () => {
    await using shop = await workshop();
    const svg = `\ufeff<svg ${NS} width="9" height="9"><rect width="9" height="9" fill="#0f0"/></svg>`;
    const path = await shop.file("utf16.svg", Buffer.from(svg, "utf16le"));
    expect(await colours(path, { side: 9, enlarge: false }, [[0.5, 0.5]])).toEqual(["00ff00ff"]);
  });

  test("with a photograph of more than 10 MB in it", async () => {
    await using shop = await workshop();
    const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)));
    const raw = Buffer.concat(Array.from({ length: 128 }, () => noise));
    const photo = await sharp(raw, { raw: { width: 2048, height: 1365, channels: 3 } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const href = `data:image/png;base64,${photo.toString("base64")}`;
    const path = await shop.file(
      "photo.svg",
      `<svg ${NS} width="9" height="9"><image width="9" height="9" xlink:href="${href}"/></svg>`,
    );
    const [pixel] = await colours(path, { side: 9, enlarge: false }, [[0.5, 0.5]]);
    expect(pixel).toEndWith("ff");
    expect(pixel).not.toBe("000000ff");
  });
});

describe("a drawing finds no other file", () => {
  const references = (name: string): [kind: string, body: string][] => [
    ["an image", `<image width="9" height="9" xlink:href="${name}"/>`],
    ["an image of SVG 2", `<image width="9" height="9" href="${name}"/>`],
    [
      "a filter's image",
      `<filter id="f"><feImage xlink:href="${name}"/></filter><rect width="9" height="9" filter="url(#f)"/>`,
    ],
    ["a use", `<use xlink:href="${name}#a"/>`],
    [
      "XInclude",
      `<text y="9" xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="${name}" parse="text"><xi:fallback/></xi:include></text>`,
    ],
    ["a style sheet", `<style>@import url("${name}");</style>`],
  ];
  const NOTHING = "00000000";

  test("beside it, by its path or by a URL, and does not show whether there is one", async () => {
    await using shop = await workshop();
    await Bun.write(shop.at("victim"), Bun.file(fixture("photo.png")));
    for (const name of ["victim", "missing", shop.at("victim"), `file://${shop.at("victim")}`]) {
      for (const [kind, body] of references(name)) {
        const path = await shop.file("thief.svg", `<svg ${NS} width="9" height="9">${body}</svg>`);
        const seen = await colours(path, { side: 90, enlarge: true }, [
          [0.1, 0.1],
          [0.5, 0.5],
          [0.9, 0.9],
        ]);
        expect({ kind, name, seen }).toEqual({ kind, name, seen: [NOTHING, NOTHING, NOTHING] });
      }
    }
  });
});
