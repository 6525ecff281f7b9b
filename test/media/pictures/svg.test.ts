import { describe, expect, test } from "bun:test";
import { inspectFile } from "../../../src/media/inspect.ts";
import { workshop } from "../fixtures.ts";

const NS = `xmlns="http://www.w3.org/2000/svg"`;

describe("an SVG image is told", () => {
  const IMAGES: [name: string, content: string | Uint8Array<ArrayBuffer>][] = [
    ["from its root alone", `<svg ${NS}/>`],
    ["after a byte order mark", `\ufeff<svg ${NS}/>`],
    ["after an XML declaration and white space", `<?xml version="1.0"?>\n\n<svg ${NS}/>`],
    ["after a long comment", `<!-- ${"long ".repeat(5000)} --><svg ${NS}/>`],
    ["after a comment with another root", `<!-- <html> --><svg ${NS}/>`],
    [
      "after the public DOCTYPE",
      `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd"><svg ${NS}/>`,
    ],
    ["with a prefix", `<s:svg xmlns:s="http://www.w3.org/2000/svg"/>`],
    ["with a script, which serving disarms", `<svg ${NS} onload="alert(1)"><script>alert(1)</script></svg>`],
    ["in UTF-16", Buffer.from(`\ufeff<svg ${NS}><text>ü</text></svg>`, "utf16le")],
    ["in Latin-1", Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><svg ${NS}><text>ü</text></svg>`, "latin1")],
    [
      "with the plain entities that Illustrator writes",
      `<!DOCTYPE svg [ <!ENTITY ns_svg "http://www.w3.org/2000/svg"> ]><svg xmlns="&ns_svg;"/>`,
    ],
  ];
  test.each(IMAGES)("%s", async (name, content) => {
    await using shop = await workshop();
    expect(await inspectFile(await shop.file(name, content))).toMatchObject({ kind: "image", format: "svg" });
  });
});

describe("an SVG image is refused", () => {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("");
  const REFUSED: [name: string, content: string, why: string][] = [
    ["when it is cut", `<svg ${NS}><rect/>`, "not well-formed"],
    ["when it is HTML-like", `<svg ${NS}><br></svg>`, "not well-formed"],
    ["with a second root", `<svg ${NS}/><html/>`, "not well-formed"],
    ["without the namespace", "<svg width='1'/>", "not in the SVG namespace"],
    ["with an entity bomb", `<!DOCTYPE svg [<!ENTITY l0 "ha">${laughs}]><svg ${NS}>&l9;</svg>`, "entities"],
    [
      "with an external entity",
      `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg ${NS}>&x;</svg>`,
      "entities",
    ],
    ["with a parameter entity", `<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://h/">%x;]><svg ${NS}/>`, "entities"],
    ["with a long entity", `<!DOCTYPE svg [<!ENTITY x "${"x".repeat(2000)}">]><svg ${NS}>&x;</svg>`, "entities"],
    ["when nested without end", `<svg ${NS}>${"<g>".repeat(5000)}${"</g>".repeat(5000)}</svg>`, "nested"],
    ["in an unknown encoding", `<?xml version="1.0" encoding="x-klingon"?><svg ${NS}/>`, ""],
  ];
  test.each(REFUSED)("%s", async (name, content, why) => {
    await using shop = await workshop();
    const path = await shop.file(name, content);
    await expect(inspectFile(path)).rejects.toMatchObject({
      code: expect.stringMatching(/^(media_unreadable|unsupported_media_type)$/),
      message: expect.stringContaining(why),
    });
  });
});

describe("the size of an SVG image", () => {
  const SIZES: [attributes: string, width: number | null, height: number | null][] = [
    [`width="300" height="200"`, 300, 200],
    [`width="10.4px" height=" 2in "`, 10, 192],
    [`width="10mm" height="1e2"`, 38, 100],
    [`viewBox="0 0 24 48"`, 24, 48],
    [`viewBox="-10,-10,24.6,48"`, 25, 48],
    [`width="100%" height="100%" viewBox="0 0 16 9"`, 16, 9],
    [`width="320" viewBox="0 0 16 9"`, 320, 180],
    [`height="90" width="auto" viewBox="0 0 16 9"`, 160, 90],
    [`width="300"`, 300, null],
    [`width="0" height="-5"`, null, null],
    [`width="NaN" height="1e999"`, null, null],
    [`viewBox="0 0 0 0"`, null, null],
    [`viewBox="nonsense"`, null, null],
    ["", null, null],
  ];
  test.each(SIZES)("of %s", async (attributes, width, height) => {
    await using shop = await workshop();
    const path = await shop.file("size.svg", `<svg ${NS} ${attributes}/>`);
    expect(await inspectFile(path)).toMatchObject({ width, height });
  });
});

describe("an SVG image that is not well-formed", () => {
  const rect = `<rect width="10" height="10"/>`;
  const BROKEN: [name: string, content: Uint8Array<ArrayBuffer>][] = [
    ["Latin-1 that nobody declares", Buffer.from(`<svg ${NS}><title>café</title>${rect}</svg>`, "latin1")],
    [
      "Latin-1 that is declared as UTF-8",
      Buffer.from(`<?xml version="1.0" encoding="utf-8"?><svg ${NS}><title>café</title></svg>`, "latin1"),
    ],
    ["a character of UTF-8 that is cut", Buffer.concat([Buffer.from(`<svg ${NS}>`), Buffer.from([0xe2, 0x82])])],
    [
      "an overlong form of UTF-8",
      Buffer.concat([Buffer.from(`<svg ${NS}><!--`), Buffer.from([0xc0, 0xaf]), Buffer.from("--></svg>")]),
    ],
    ["half a surrogate pair in UTF-16", Buffer.from(`\ufeff<svg ${NS}><title>\ud800</title></svg>`, "utf16le")],
    ["a control character", Buffer.from(`<svg ${NS}><title>\u0001</title></svg>`)],
    ["a character reference to NUL", Buffer.from(`<svg ${NS}><title>&#0;</title></svg>`)],
    ["an attribute twice", Buffer.from(`<svg ${NS} id="a" id="b"/>`)],
    ["a prefix that nothing declares", Buffer.from(`<svg ${NS}><use xlink:href="#a"/></svg>`)],
    ["an entity that nothing declares", Buffer.from(`<svg ${NS}><title>&nbsp;</title></svg>`)],
  ];
  test.each(BROKEN)("is refused: %s", async (name, content) => {
    await using shop = await workshop();
    await expect(inspectFile(await shop.file(name, content))).rejects.toMatchObject({ code: "media_unreadable" });
  });
});
