import { describe, expect, test } from "bun:test";
import { deflateRawSync } from "node:zlib";
import { utils, write } from "cfb";
import { inspectFile } from "../../src/media/inspect.ts";
import { fixture, workshop } from "./fixtures.ts";

/** Returns the error of the inspection of a file, or the detected format. */
async function outcome(path: string): Promise<unknown> {
  return inspectFile(path).then(
    (facts) => facts.format,
    (error) => ({ code: error.code, message: error.message }),
  );
}

const UNSUPPORTED = "unsupported_media_type";

describe("a file of another format is refused by name", () => {
  test.each([
    ["photo.avif", "AVIF (image/avif)"],
    ["theora.ogv", "OGV (video/ogg)"],
    ["tone.flac", "FLAC (audio/flac)"],
  ])("%s is %s", async (name, named) => {
    const message = `Cannot use the file: it is ${named}, which is not a supported format`;
    expect(await outcome(fixture(name))).toEqual({ code: UNSUPPORTED, message });
  });

  const NULS = new Uint8Array(200);
  const BY_FIRST_BYTES: [name: string, start: string, named: string][] = [
    ["HEIC", "\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"],
    ["a program", "MZ\x90\0\x03\0\0\0\x04\0\0\0", "EXE"],
    ["an ELF program", "\x7fELF\x02\x01\x01\0", "ELF"],
    ["a bitmap", "BM\x9a\0\0\0\0\0\0\0\x36\0\0\0", "BMP"],
    ["gzip", "\x1f\x8b\x08\0\0\0\0\0\0\x03", "GZ"],
    ["TIFF", "II*\0\x08\0\0\0", "TIF"],
    ["PSD", "8BPS\0\x01", "PSD"],
    ["SQLite", "SQLite format 3\0", "SQLITE"],
  ];
  test.each(BY_FIRST_BYTES)("%s", async (name, start, named) => {
    await using shop = await workshop();
    const path = await shop.file(name, Buffer.from(start, "latin1"), NULS);
    expect(await outcome(path)).toMatchObject({ code: UNSUPPORTED, message: expect.stringContaining(named) });
  });

  test("rubbish, as of no known format", async () => {
    await using shop = await workshop();
    const path = await shop.file("rubbish", new Uint8Array(5000).fill(0xfa));
    const message = "Cannot use the file: it is neither text in UTF-8 nor of any known format";
    expect(await outcome(path)).toEqual({ code: UNSUPPORTED, message });
  });

  test("one byte of nothing", async () => {
    await using shop = await workshop();
    expect(await outcome(await shop.file("nul", new Uint8Array(1)))).toMatchObject({ code: UNSUPPORTED });
  });
});

describe("text", () => {
  const TEXTS: [name: string, content: string][] = [
    ["plain", "Hello\r\nworld\tand\fon"],
    ["with a byte order mark", "\ufeffHallo"],
    ["of many scripts", "Größe Ελληνικά Кириллица 日本語 🎬"],
    ["JSON", '{"a": 1}'],
    ["a shell script, which is only shown", "#!/bin/sh\necho hi\n"],
    ["with colours of a terminal", "\x1b[31mred\x1b[0m"],
    ["that begins like a bitmap", "BMW is a maker of cars, and this is a text about it that goes on."],
    ["that begins like a program", "MZ is the file extension of some, but not of this one at all, really."],
    ["that begins with less-than", "<3 this product"],
    ["a calendar, which is text", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"],
  ];
  test.each(TEXTS)("%s is TXT", async (name, content) => {
    await using shop = await workshop();
    expect(await outcome(await shop.file(name, content))).toBe("txt");
  });

  const OTHERS: [name: string, content: string | Uint8Array<ArrayBuffer>, named: string][] = [
    ["an HTML page", "<!DOCTYPE html><html><body>404</body></html>", "an HTML page"],
    ["an HTML page after white space", "\n\n  <HTML>\n", "an HTML page"],
    ["an XHTML page", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`, "an HTML page"],
    ["a script", "<script>alert(1)</script>", "an HTML page"],
    ["HTML with an SVG in it", "<html><svg xmlns='http://www.w3.org/2000/svg'/></html>", "an HTML page"],
    ["a comment, then HTML with an SVG", "<!-- x --><p><svg xmlns='http://www.w3.org/2000/svg'/></p>", "an HTML page"],
    ["XML", `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>`, "an XML document"],
    ["RTF", "{\\rtf1\\ansi Hello}", "RTF"],
    ["Latin-1", Buffer.from("Größe", "latin1"), "neither text in UTF-8"],
    ["UTF-16", Buffer.from("\ufeffHello, world", "utf16le"), ""],
    ["text with a NUL", "Hello\0world", "neither text in UTF-8"],
    ["text that ends within a character", Buffer.from("Grö").subarray(0, 3), "neither text in UTF-8"],
  ];
  test.each(OTHERS)("%s is not", async (name, content, named) => {
    await using shop = await workshop();
    const path = await shop.file(name, content);
    expect(await outcome(path)).toMatchObject({ code: UNSUPPORTED, message: expect.stringContaining(named) });
  });

  test("is read to its end", async () => {
    await using shop = await workshop();
    const path = await shop.file("long.txt", "All good. ".repeat(100_000), "\0");
    expect(await outcome(path)).toMatchObject({ code: UNSUPPORTED });
  });
});

describe("Office files", () => {
  /** A compound file or a ZIP with these streams. */
  function container(fileType: "cfb" | "zip", streams: Record<string, string>): Uint8Array<ArrayBuffer> {
    const made = utils.cfb_new();
    for (const [name, content] of Object.entries(streams)) utils.cfb_add(made, `/${name}`, Buffer.from(content));
    return new Uint8Array(Buffer.from(write(made, { fileType, type: "buffer" })));
  }
  const types = (part: string) =>
    `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.${part}.main+xml"/></Types>`;
  const WORD = types("openxmlformats-officedocument.wordprocessingml.document");
  const SHEET = types("openxmlformats-officedocument.spreadsheetml.sheet");
  const MACROS = types("ms-word.document.macroEnabled");

  const CASES: [name: string, fileType: "cfb" | "zip", streams: Record<string, string>, named: string][] = [
    ["a workbook (XLS)", "cfb", { Workbook: "x" }, "without a Word document"],
    ["an installer or mail", "cfb", { __properties_version1: "x" }, "without a Word document"],
    ["an encrypted document", "cfb", { EncryptedPackage: "x", EncryptionInfo: "y" }, "an encrypted Office document"],
    ["a ZIP archive", "zip", { "readme.txt": "x" }, ""],
    ["a workbook (XLSX)", "zip", { "[Content_Types].xml": SHEET, "xl/workbook.xml": "<x/>" }, ""],
    ["a document with macros", "zip", { "[Content_Types].xml": MACROS, "word/document.xml": "<x/>" }, ""],
    ["a ZIP that says it is Word", "zip", { "[Content_Types].xml": WORD }, ""],
    ["a ZIP with only the document's name", "zip", { "word/document.xml": "<x/>" }, ""],
  ];
  test.each(CASES)("%s is refused", async (name, fileType, streams, named) => {
    await using shop = await workshop();
    const path = await shop.file(name, container(fileType, streams));
    expect(await outcome(path)).toMatchObject({ code: UNSUPPORTED, message: expect.stringContaining(named) });
  });

  test("a compound file whose Word document is none is unreadable", async () => {
    await using shop = await workshop();
    const path = await shop.file("fake.doc", container("cfb", { WordDocument: "not a document" }));
    expect(await outcome(path)).toMatchObject({ code: "media_unreadable" });
  });

  test("the parts of a DOCX may come in any order", async () => {
    await using shop = await workshop();
    const parts = { "a.txt": "x", "word/document.xml": "<w:document/>", "[Content_Types].xml": WORD };
    expect(await outcome(await shop.file("odd.docx", container("zip", parts)))).toBe("docx");
  });

  const MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
  const TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
  const STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument";
  const rels = (target: string, type = TRANSITIONAL) =>
    `<Relationships><Relationship Id="r" Type="${type}" Target="${target}"/></Relationships>`;
  const overrides = (part: string, type = MAIN) =>
    `<c:Types xmlns:c="x"><c:Override PartName="${part}" ContentType="${type}"/></c:Types>`;

  test.each([
    ["another name", { part: "/word/document2.xml", target: "word/document2.xml" }],
    ["a name from the root", { part: "/word/document2.xml", target: "/word/document2.xml" }],
    ["another folder", { part: "/Doc/Main.XML", target: "doc/main.xml" }],
    ["the strict vocabulary", { part: "/word/document.xml", target: "word/document.xml", type: STRICT }],
  ])(
    "a DOCX whose document has %s is one",
    async (name, { part, target, type = TRANSITIONAL }: { part: string; target: string; type?: string }) => {
      await using shop = await workshop();
      const streams = {
        "[Content_Types].xml": overrides(part),
        "_rels/.rels": rels(target, type),
        [part.slice(1)]: "<x/>",
      };
      expect(await outcome(await shop.file(`${name}.docx`, container("zip", streams)))).toBe("docx");
    },
  );

  test("a DOCX whose document has its type by its extension is one", async () => {
    await using shop = await workshop();
    const types = `<Types><Default Extension="xml" ContentType="${MAIN}"/></Types>`;
    const streams = {
      "[Content_Types].xml": types,
      "_rels/.rels": rels("word/document.xml"),
      "word/document.xml": "<x/>",
    };
    expect(await outcome(await shop.file("default.docx", container("zip", streams)))).toBe("docx");
  });

  test.each([
    [
      "another part that is Word's",
      { "_rels/.rels": rels("xl/workbook.xml"), "xl/workbook.xml": "<x/>" },
      "ZIP archive",
    ],
    ["a part that is missing", { "_rels/.rels": rels("word/document.xml") }, "ZIP archive"],
    [
      "a template",
      { types: "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml" },
      "DOTX",
    ],
    ["a workbook", { types: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml" }, "XLSX"],
  ])("a package about %s is refused", async (name, { types = MAIN, ...streams }: Record<string, string>, named) => {
    await using shop = await workshop();
    const isOther = types !== MAIN;
    const parts = {
      "[Content_Types].xml": overrides("/word/document.xml", types),
      "_rels/.rels": rels("word/document.xml"),
      ...(isOther ? { "word/document.xml": "<x/>" } : {}),
      ...streams,
    };
    const path = await shop.file(`${name}.zip`, container("zip", parts));
    expect(await outcome(path)).toMatchObject({ code: UNSUPPORTED, message: expect.stringContaining(named) });
  });

  test("a DOCX with a damaged document is unreadable", async () => {
    await using shop = await workshop();
    const bytes = await Bun.file(fixture("brief.docx")).bytes();
    const at = Buffer.from(bytes).indexOf("word/document.xml") + 60;
    bytes.fill(0xff, at, at + 20);
    expect(await outcome(await shop.file("damaged.docx", bytes))).toMatchObject({ code: "media_unreadable" });
  });
});

describe("a DOCX that is a bomb", () => {
  /** A ZIP in which the document is `names.length` times the same packed zeros, as many as it says. */
  function bomb(names: readonly string[], { zeros, said = zeros }: { zeros: number; said?: number }) {
    const document = Buffer.alloc(zeros);
    const packed = deflateRawSync(document);
    const types = Buffer.from(
      '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    );
    const parts = [
      { name: "[Content_Types].xml", method: 0, crc: Bun.hash.crc32(types), size: types.length, bytes: types },
      ...names.map((name) => ({ name, method: 8, crc: Bun.hash.crc32(document), size: said, bytes: packed })),
    ];
    const local: Buffer[] = [];
    const central: Buffer[] = [];
    let at = 0;
    for (const { name, method, crc, size, bytes } of parts) {
      const common = Buffer.alloc(26);
      common.writeUInt16LE(20, 0);
      common.writeUInt16LE(method, 4);
      common.writeUInt32LE(crc, 10);
      common.writeUInt32LE(bytes.length, 14);
      common.writeUInt32LE(size, 18);
      common.writeUInt16LE(name.length, 22);
      const place = Buffer.alloc(14);
      place.writeUInt32LE(at, 10);
      central.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, place, Buffer.from(name));
      const one = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), bytes]);
      local.push(one);
      at += one.length;
    }
    const end = Buffer.alloc(22);
    end.write("PK\x05\x06", "latin1");
    end.writeUInt16LE(parts.length, 8);
    end.writeUInt16LE(parts.length, 10);
    end.writeUInt32LE(Buffer.concat(central).length, 12);
    end.writeUInt32LE(at, 16);
    return new Uint8Array(Buffer.concat([...local, ...central, end]));
  }
  const DOCUMENT = "word/document.xml";
  const MIB = 1024 * 1024;

  test.each([
    ["in one part", [DOCUMENT], { zeros: 129 * MIB }, "it unpacks to more than 128 MiB"],
    [
      "in many parts of one name",
      Array<string>(40).fill(DOCUMENT),
      { zeros: 4 * MIB },
      "it unpacks to more than 128 MiB",
    ],
    ["that says it is small", [DOCUMENT], { zeros: 4 * MIB, said: 1_000 }, "it is truncated or damaged"],
  ] as const)("is refused: %s", async (_name, names, sizes, why) => {
    await using shop = await workshop();
    const path = await shop.file("bomb.docx", bomb(names, sizes));
    expect(await outcome(path)).toMatchObject({ code: "media_unreadable", message: expect.stringContaining(why) });
  });

  test("would be a document if it were small", async () => {
    await using shop = await workshop();
    expect(await outcome(await shop.file("small.docx", bomb([DOCUMENT], { zeros: MIB })))).toBe("docx");
  });
});

describe("PDF", () => {
  test("may begin with white space", async () => {
    await using shop = await workshop();
    const path = await shop.file("late.pdf", "\r\n", await Bun.file(fixture("pages.pdf")).bytes());
    expect(await inspectFile(path)).toMatchObject({ format: "pdf", pageCount: 3 });
  });

  test.each([
    ["a text", "Sent by the fax machine\r\n"],
    ["a printer's commands", "\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n"],
    ["junk", new Uint8Array(700).fill(0xfe)],
    ["zeros", new Uint8Array(900)],
  ])("may stand behind %s, within its first 1024 bytes", async (name, lead) => {
    await using shop = await workshop();
    const path = await shop.file(`${name}.pdf`, lead, await Bun.file(fixture("pages.pdf")).bytes());
    expect(await inspectFile(path)).toMatchObject({ format: "pdf", pageCount: 3 });
    const cut = await shop.file(
      `${name}.cut`,
      new Uint8Array(700).fill(0xfe),
      (await Bun.file(fixture("pages.pdf")).bytes()).slice(0, 3000),
    );
    expect(await outcome(cut)).toMatchObject({ code: "media_unreadable" });
  });

  test.each([
    ["mentions its header", "A PDF begins with %PDF-1.7 and a version.\n"],
    [
      "mentions its header and its end",
      "A PDF begins with\n%PDF-1.7\nand ends with\nstartxref\n1234\n%%EOF\nas we all know.\n",
    ],
    ["has its header too late", `${"x".repeat(1100)}\n%PDF-1.7\nstartxref\n1101\n%%EOF`],
  ])("is not a text that %s", async (name, text) => {
    await using shop = await workshop();
    expect(await outcome(await shop.file(name, text))).toBe("txt");
  });

  test("is not what only has its first and last words", async () => {
    await using shop = await workshop();
    const path = await shop.file("fake.pdf", "%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF");
    expect(await outcome(path)).toMatchObject({ code: "media_unreadable" });
  });

  test("that claims a million pages is not believed", async () => {
    await using shop = await workshop();
    const text = Buffer.from(await Bun.file(fixture("pages.pdf")).bytes()).toString("latin1");
    const path = await shop.file("boast.pdf", Buffer.from(text.replace("/Count 3", "/Count 1000000"), "latin1"));
    const result = await inspectFile(path).catch((error) => error);
    expect(result.pageCount ?? result.code).not.toBe(1_000_000);
  });
});
