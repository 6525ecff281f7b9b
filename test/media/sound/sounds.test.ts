import { describe, expect, test } from "bun:test";
import { inspectFile } from "../../../src/media/inspect.ts";
import { fixture, workshop } from "../fixtures.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The format and duration of a file of these parts, or why it is refused. */
async function outcome(...parts: (string | Bytes)[]): Promise<unknown> {
  await using shop = await workshop();
  return await inspectFile(await shop.file("sound", ...parts)).then(
    ({ format, duration }) => `${format} ${duration}`,
    ({ code, message }) => `${code}: ${message}`,
  );
}

const latin1 = (text: string): Bytes => new Uint8Array(Buffer.from(text, "latin1"));
const joined = (...parts: Uint8Array[]): Bytes => new Uint8Array(Buffer.concat(parts));

/** An ID3v2.4 tag of zeros, with or without a footer. */
function id3(bytes: number, { footer = false } = {}): Bytes {
  const size = String.fromCharCode(bytes >> 21, (bytes >> 14) & 127, (bytes >> 7) & 127, bytes & 127);
  const flags = footer ? "\x10" : "\0";
  return latin1(`ID3\x04\0${flags}${size}${"\0".repeat(bytes)}${footer ? `3DI\x04\0\x10${size}` : ""}`);
}

/** kbit/s of MPEG 1 layer III by index. */
const RATES = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

/** Silent MPEG 1 layer III frames of 44.1 kHz, stereo, each of 26.122 ms. */
function frames(count: number, index = 9, { crc = false, head = "" } = {}): Bytes {
  const size = Math.floor((144_000 * (RATES[index] ?? 0)) / 44_100);
  const frame = new Uint8Array(size);
  frame.set([0xff, crc ? 0xfa : 0xfb, index << 4, 0]);
  const first = frame.slice();
  first.set(latin1(head), head.startsWith("VBRI") ? 36 : crc ? 38 : 36);
  return joined(...Array.from({ length: count }, (_, at) => (at === 0 && head !== "" ? first : frame)));
}

const u32be = (value: number) =>
  String.fromCharCode((value >> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const xing = (count: number) => `Xing\0\0\0\x01${u32be(count)}`;
const vbri = (count: number) => `VBRI\0\x01\0\0\0\x4b${u32be(100)}${u32be(count)}`;
const SECONDS = (count: number) => Math.round((count * 1_152_000) / 44_100) / 1000;

describe("an MP3", () => {
  const sound = frames(100);
  const WHOLE = `mp3 ${SECONDS(100)}`;
  const leads: [string, Bytes][] = [
    ["nothing", new Uint8Array(0)],
    ["a hundred zeros", new Uint8Array(100)],
    ["100,000 zeros", new Uint8Array(100_000)],
    ["junk", new Uint8Array(3_000).map((_, at) => (at * 7919) >> 3)],
    ["a text", latin1("Recorded yesterday. ".repeat(40))],
    ["a tag", id3(500)],
    ["two tags", joined(id3(500), id3(1_500))],
    ["a tag with a footer", id3(500, { footer: true })],
    ["a tag with uncounted padding", joined(id3(500), new Uint8Array(2_000))],
    ["a tag that lies about its size", joined(latin1("ID3\x03\0\0\0\x7f\x7f\x7f"), new Uint8Array(90))],
    ["a tag with uncounted padding of 900 kB", joined(id3(10), new Uint8Array(900_000))],
    ["an APE tag", latin1(`APETAGEX${"\0".repeat(300)}`)],
    ["a tag with uncounted junk", joined(id3(500), latin1("\xff\xfbjunk\xff\xf3more".repeat(50)))],
  ];
  test.each(leads)("is read behind %s", async (_name, lead) => {
    expect(await outcome(lead, sound)).toBe(WHOLE);
  });

  test.each([
    ["an ID3v1 tag", latin1(`TAG${"\0".repeat(125)}`)],
    ["an APE tag", latin1(`APETAGEX${"\0".repeat(500)}`)],
    ["lyrics", latin1(`LYRICSBEGIN${"la".repeat(300)}000611LYRICS200TAG${"\0".repeat(125)}`)],
    ["zeros", new Uint8Array(50_000)],
  ] as [string, Bytes][])("is read in front of %s", async (_name, tail) => {
    expect(await outcome(sound, tail)).toBe(WHOLE);
  });

  test("is read over junk in its middle", async () => {
    expect(await outcome(sound, latin1("\0junk".repeat(100)), sound)).toBe(`mp3 ${SECONDS(200)}`);
  });

  test("of varying rate lasts as long as its frames, without a header of the encoder", async () => {
    expect(await outcome(frames(50, 1), frames(150, 14))).toBe(`mp3 ${SECONDS(200)}`);
  });

  test.each([
    ["Xing", xing(100), false],
    ["Xing behind a checksum", xing(100), true],
    ["VBRI", vbri(100), false],
  ])("with a header of %s is whole, and unreadable when frames are missing", async (_name, head, crc) => {
    expect(await outcome(frames(1, 9, { crc, head }), frames(100, 9, { crc }))).toBe(WHOLE);
    expect(await outcome(frames(1, 9, { crc, head }), frames(60, 9, { crc }))).toStartWith("media_unreadable");
  });

  test("of a free format is counted, with its padding", async () => {
    const [plain, padded] = [new Uint8Array(417), new Uint8Array(418)];
    plain.set([0xff, 0xfb, 0x00, 0]);
    padded.set([0xff, 0xfb, 0x02, 0]);
    const pattern = Array.from({ length: 100 }, (_, at) => (at % 3 === 0 ? plain : padded));
    expect(await outcome(joined(...pattern))).toBe(WHOLE);
  });

  test("of MPEG 2 and 2.5 has frames of half the samples", async () => {
    const frame = (second: number, size: number) => {
      const bytes = new Uint8Array(size);
      bytes.set([0xff, second, 0x80, 0xc0]);
      return bytes;
    };
    // 64 kbit/s at 22.05 and at 11.025 kHz, mono.
    expect(await outcome(joined(...Array<Bytes>(50).fill(frame(0xf3, 208))))).toBe("mp3 1.306");
    expect(await outcome(joined(...Array<Bytes>(50).fill(frame(0xe3, 417))))).toBe("mp3 2.612");
  });

  test("is not found in other bytes", async () => {
    const header = latin1("\xff\xfb\x90\0");
    for (const bytes of [joined(...Array<Bytes>(200_000).fill(header)), new Uint8Array(500_000).fill(0xff)]) {
      expect(await outcome(new Uint8Array(1), bytes)).toStartWith("unsupported_media_type");
    }
  });
});

describe("an AAC file", () => {
  test("is read behind tags, zeros and junk", async () => {
    const tone = await Bun.file(fixture("tone.aac")).bytes();
    for (const lead of [
      id3(1_000),
      new Uint8Array(777),
      joined(id3(20), new Uint8Array(500)),
      latin1("junk\xff\xf1".repeat(99)),
    ]) {
      expect(await outcome(lead, tone)).toBe("aac 1.254");
    }
  });
});

const u32 = (value: number) =>
  String.fromCharCode(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255);
const u16 = (value: number) => u32(value).slice(0, 2);
const chunk = (id: string, content: string, size = content.length) =>
  `${id}${u32(size)}${content}${content.length % 2 === 1 ? "\0" : ""}`;

/** The format chunk of a WAV, 8 kHz. */
function fmt(tag: number, { bits = 16, channels = 1, more = "" } = {}): string {
  const block = (bits / 8) * channels;
  return chunk("fmt ", u16(tag) + u16(channels) + u32(8_000) + u32(8_000 * block) + u16(block) + u16(bits) + more);
}
const extensible = (tag: number, bits: number) =>
  fmt(0xfffe, { bits, more: `${u16(22)}${u16(bits)}${u32(4)}${u16(tag)}\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71` });

function wav(chunks: string, { size = chunks.length + 4, magic = "RIFF" } = {}): Bytes {
  return latin1(`${magic}${u32(size)}WAVE${chunks}`);
}

describe("a WAV", () => {
  const SOUND = "\0".repeat(32_000);
  const PCM = fmt(1);

  test.each([0, 0xffffffff, 0x80000000, 0x7fffffff, 0x7ffff000, 0x7fffffdb, 0x80000024, 0xffffffdb])(
    "whose size was never written, as %d, ends with the file",
    async (size) => {
      expect(await outcome(wav(PCM + chunk("data", SOUND, size), { size }))).toBe("wav 2");
      expect(await outcome(wav(PCM + chunk("data", SOUND, size)))).toBe("wav 2");
      expect(await outcome(wav(PCM + chunk("data", SOUND), { size }))).toBe("wav 2");
    },
  );

  test("that was cut off is unreadable", async () => {
    const whole = wav(PCM + chunk("data", SOUND));
    expect(await outcome(whole.slice(0, 20_000))).toStartWith("media_unreadable");
    expect(await outcome(whole.slice(0, 40))).toStartWith("media_unreadable");
    expect(await outcome(wav(PCM + chunk("data", SOUND, 3_000_000_000), { size: 3_000_000_036 }))).toStartWith(
      "media_unreadable",
    );
  });

  test("without sound is unreadable", async () => {
    expect(await outcome(wav(PCM + chunk("data", "")))).toStartWith("media_unreadable");
    expect(await outcome(wav(chunk("data", SOUND)))).toStartWith("media_unreadable");
  });

  test.each(["RF64", "BW64"])("of %s has its sizes in a chunk of 64 bits", async (magic) => {
    const long = (riff: number, data: number) => chunk("ds64", u32(riff) + u32(0) + u32(data) + "\0".repeat(16));
    const body = PCM + chunk("data", SOUND, 0xffffffff);
    const options = { size: 0xffffffff, magic };
    expect(await outcome(wav(long(body.length + 40, SOUND.length) + body, options))).toBe("wav 2");
    expect(await outcome(wav(long(0, 0) + body, options))).toBe("wav 2");
    expect(await outcome(wav(long(90_000, 80_000) + body, options))).toStartWith("media_unreadable");
  });

  test("may have other chunks first, of odd sizes, padded or not", async () => {
    const junk = chunk("JUNK", "\0".repeat(27)) + chunk("bext", "x".repeat(603));
    expect(await outcome(wav(junk + PCM + chunk("LIST", "INFOabc") + chunk("data", SOUND)))).toBe("wav 2");
    expect(await outcome(wav(`${PCM}LIST${u32(7)}INFOabc${chunk("data", SOUND)}`))).toBe("wav 2");
  });

  test.each([
    ["24 bits", fmt(1, { bits: 24 }), 1.333],
    ["32-bit float", fmt(3, { bits: 32 }), 1],
    ["64-bit float", fmt(3, { bits: 64 }), 0.5],
    ["A-law", fmt(6, { bits: 8 }), 4],
    ["mu-law", fmt(7, { bits: 8 }), 4],
    ["extensible PCM", extensible(1, 16), 2],
    ["extensible float", extensible(3, 32), 1],
  ])("of %s is read", async (_name, format, duration) => {
    expect(await outcome(wav(format + chunk("data", SOUND)))).toBe(`wav ${duration}`);
  });

  test.each([
    [0x02, "Microsoft ADPCM"],
    [0x11, "IMA ADPCM"],
    [0x31, "GSM 6.10"],
    [0x50, "MPEG layer I or II"],
    [0x55, "MP3"],
    [0xff, "AAC"],
    [0x2000, "AC-3"],
    [0x4242, "codec 0x4242"],
  ])("of codec %d is refused by its name", async (tag, name) => {
    const message = `unsupported_media_type: Cannot use the file: it is WAV with ${name}, which is not a supported format`;
    expect(await outcome(wav(fmt(tag) + chunk("data", SOUND)))).toBe(message);
    expect(await outcome(wav(extensible(tag, 16) + chunk("data", SOUND)))).toBe(message);
  });
});

/** The pages of an Ogg file. */
function pagesOf(ogg: Bytes): Bytes[] {
  const pages: Bytes[] = [];
  for (let at = 0; at < ogg.length; ) {
    const count = ogg[at + 26] ?? 0;
    const size = 27 + count + ogg.subarray(at + 27, at + 27 + count).reduce((sum, part) => sum + part, 0);
    pages.push(ogg.slice(at, at + size));
    at += size;
  }
  return pages;
}

describe("an Ogg file", () => {
  const ogg = (name: string) => Bun.file(fixture(name)).bytes();

  test.each(["vorbis.ogg", "opus.ogg", "flac.ogg"])("of %s is read over gaps between its pages", async (name) => {
    const pages = pagesOf(await ogg(name));
    const gaps = pages.map((page, at) => joined(new Uint8Array(at * 11), page));
    expect(await outcome(...gaps, new Uint8Array(99))).toBe("ogg 1.2");
    expect(await outcome(latin1("\0junk\xff".repeat(50)), ...pages)).toBe("ogg 1.2");
  });

  test("lasts as long as all files of its chain", async () => {
    expect(await outcome(await ogg("vorbis.ogg"), await ogg("opus.ogg"))).toBe("ogg 2.4");
  });

  test("with a skeleton lasts as long as its sound", async () => {
    const [first = new Uint8Array(0), ...rest] = pagesOf(await ogg("vorbis.ogg"));
    const skeleton = latin1(`OggS\0\x02${"\0".repeat(8)}seri${"\0".repeat(8)}\x01\x08fishead\0`);
    expect(await outcome(first, skeleton, ...rest)).toBe("ogg 1.2");
    expect(await outcome(skeleton, first, ...rest)).toBe("ogg 1.2");
  });

  test("of Speex is refused by its name", async () => {
    expect(await outcome(await ogg("speex.ogg"))).toBe(
      "unsupported_media_type: Cannot use the file: it is OGG with Speex, which is not a supported format",
    );
  });

  test("that ends within a page is unreadable", async () => {
    for (const name of ["vorbis.ogg", "opus.ogg", "flac.ogg"]) {
      const bytes = await ogg(name);
      expect(await outcome(bytes.slice(0, -1))).toStartWith("media_unreadable");
      expect(await outcome(bytes, latin1("OggS\0\0"))).toStartWith("media_unreadable");
    }
  });
});
