import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { ByteFile } from "../files/byte_file.ts";
import { unreadable, unsupported } from "../media_errors.ts";

const WHAT = "WAV audio file";
/** The maximum of chunks to read; real files have a dozen. */
const MAX_CHUNKS = 10_000;
/** The tolerance in bytes for data that a writer counted but did not write, such as a last padding byte. */
const FORGIVEN_BYTES = 8;

const [PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE] = [0x0001, 0x0003, 0x0006, 0x0007, 0xfffe];
/** The end of the GUID that carries a format tag in an extensible format (ksmedia.h). */
const TAG_GUID = "000000001000800000aa00389b71";
/** Codecs that Windows programs put into WAV, by their tag (RFC 2361). */
const CODECS: Readonly<Record<number, string>> = {
  2: "Microsoft ADPCM",
  8: "DTS",
  10: "Windows Media Voice",
  16: "OKI ADPCM",
  17: "IMA ADPCM",
  20: "G.723 ADPCM",
  22: "G.726 ADPCM",
  23: "Dialogic ADPCM",
  32: "Yamaha ADPCM",
  34: "TrueSpeech",
  49: "GSM 6.10",
  52: "VoxWare",
  64: "G.721 ADPCM",
  65: "G.728",
  66: "G.723.1",
  69: "G.726 ADPCM",
  80: "MPEG layer I or II",
  85: "MP3",
  100: "G.726 ADPCM",
  101: "G.722 ADPCM",
  105: "IMA ADPCM",
  131: "G.729",
  146: "AC-3",
  255: "AAC",
  304: "Sipro ACELP",
  352: "Windows Media Audio",
  353: "Windows Media Audio",
  354: "Windows Media Audio",
  355: "Windows Media Audio",
  512: "Creative ADPCM",
  624: "ATRAC3",
  5632: "AAC",
  5634: "AAC",
  8192: "AC-3",
  8193: "DTS",
  22127: "Vorbis",
  26447: "Vorbis",
  26448: "Vorbis",
  26449: "Vorbis",
  26479: "Vorbis",
  26480: "Vorbis",
  26481: "Vorbis",
  41222: "AAC",
  41225: "Speex",
  61868: "FLAC",
};

/** The fields of the format chunk that a duration needs. */
interface Format {
  readonly tag: number;
  readonly rate: number;
  /** Bytes of one sample of all channels. */
  readonly block: number;
  readonly bits: number;
}

/**
 * Reads a WAV: RIFF, its big-endian twin RIFX, and RF64 or BW64 with their sizes of 64 bits (EBU Tech 3306).
 *
 * A placeholder size of a writer that could not seek back is ignored: the sound then extends to the end of the file.
 */
export function readWav(path: string): MediaFacts {
  using file = new ByteFile(path);
  const isLittle = file.text(0, 4) !== "RIFX";
  const u16 = (at: number) => readInt(file.bytes(at, 2), isLittle);
  const u32 = (at: number) => readInt(file.bytes(at, 4), isLittle);
  const u64 = (at: number) => u32(at) + u32(at + 4) * 2 ** 32;
  const isLong = ["RF64", "BW64"].includes(file.text(0, 4));

  let riffSize: number | null = isLong || isUnknownSize(u32(4)) ? null : u32(4);
  let longData: number | null = null;
  let format: Format | null = null;
  let data: { readonly bytes: number; readonly isCut: boolean } | null = null;

  let at = 12;
  for (let count = 0; count < MAX_CHUNKS && at + 8 <= file.size; count++) {
    const id = file.text(at, 4);
    const start = at + 8;
    let size = u32(at + 4);
    if (id === "ds64" && isLong && size >= 16) {
      riffSize = u64(start) || null;
      longData = u64(start + 8);
    } else if (id === "fmt ") {
      if (start + size > file.size || size < 14) throw unreadable(WHAT);
      format = readFormat({ start, size, u16, u32, guid: (from) => file.bytes(from, 14).toString("hex") });
    } else if (id === "data" && data === null) {
      if (isLong && size === 0xffffffff && longData !== null) size = longData;
      const left = file.size - start;
      // A size of zero was never written, unless another chunk follows.
      const isOpen = isUnknownSize(size) && !(size === 0 && isName(file, start) && u32(start + 4) <= left);
      if (isOpen) size = left;
      data = { bytes: Math.min(size, left), isCut: size > left + FORGIVEN_BYTES };
    }
    at = nextChunk(file, start + size);
  }
  if (format === null || data === null) throw unreadable(WHAT, "it holds no sound, or is truncated");
  checkCodec(format);
  if (data.isCut || (riffSize !== null && riffSize > file.size)) throw unreadable(WHAT);
  const duration = seconds(Math.floor(data.bytes / format.block) / format.rate);
  if (duration === null) throw unreadable(WHAT, "it holds no sound");
  return mediaFacts("wav", { duration });
}

/** Returns the start of the next chunk. Chunks begin at even positions; some writers omit the padding byte. */
function nextChunk(file: ByteFile, end: number): number {
  const even = end + (end & 1);
  return even !== end && !isName(file, even) && isName(file, end) ? end : even;
}

function isName(file: ByteFile, at: number): boolean {
  return /^[\x20-\x7e]{4}$/.test(file.text(at, 4));
}

interface FormatSource {
  readonly start: number;
  readonly size: number;
  u16(at: number): number;
  u32(at: number): number;
  guid(at: number): string;
}

function readFormat({ start, size, u16, u32, guid }: FormatSource): Format {
  const first = u16(start);
  // All GUIDs of formats with a tag are the same after the tag.
  const hasTag = first === EXTENSIBLE && size >= 40 && guid(start + 26) === TAG_GUID;
  const tag = hasTag ? u16(start + 24) : first;
  const channels = u16(start + 2);
  const bits = tag === A_LAW || tag === MU_LAW || size < 16 ? 8 : u16(start + 14);
  return { tag, rate: u32(start + 4), block: u16(start + 12) || channels * Math.ceil(bits / 8), bits };
}

/**
 * Rejects unsupported codecs.
 * @throws {AppError} `unsupported_media_type` with the name of the codec
 */
function checkCodec({ tag, rate, block, bits }: Format): void {
  const isDecoded =
    (tag === PCM && [8, 16, 24, 32].includes(bits)) ||
    (tag === FLOAT && [32, 64].includes(bits)) ||
    tag === A_LAW ||
    tag === MU_LAW;
  if (!isDecoded) {
    const number = `0x${tag.toString(16).padStart(4, "0")}`;
    const name =
      tag === PCM || tag === FLOAT
        ? `${tag === PCM ? "PCM" : "floating-point PCM"} of ${bits} bits`
        : tag === EXTENSIBLE
          ? "an extensible format of unknown kind"
          : (CODECS[tag] ?? `codec ${number}`);
    throw unsupported(`WAV with ${name}`);
  }
  if (rate === 0 || block === 0) throw unreadable(WHAT, "its header says no sample rate");
}

function readInt(bytes: Buffer, isLittle: boolean): number {
  if (bytes.length === 0) return 0;
  return isLittle ? bytes.readUIntLE(0, bytes.length) : bytes.readUIntBE(0, bytes.length);
}

/** The tolerance of a writer's placeholder: some add or subtract the size of the header. */
const PLACEHOLDER_SLACK = 64 * 1024;

/**
 * Returns true for a placeholder size, written by a program that could not seek back to the header: zero, or about the
 * largest number of 31 or 32 bits.
 */
export function isUnknownSize(size: number): boolean {
  if (size === 0 || size > 0xffffffff - PLACEHOLDER_SLACK) return true;
  return Math.abs(size - 2 ** 31) <= PLACEHOLDER_SLACK;
}
