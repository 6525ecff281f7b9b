/** The position counting of a codec's streams. */
export interface OggCodec {
  /** The name of an unsupported codec; null for a supported one. */
  readonly refusal: string | null;
  /** Positions per second. */
  readonly rate: number;
  /** Samples at the beginning that are decoded but not played. */
  readonly preSkip: number;
  /**
   * Returns the position of the sound's start: not zero in a piece that was cut out of a longer stream.
   *
   * @param end the position at the end of the first page with sound
   * @param packets the first two bytes of each packet that ends in it
   */
  startOf(end: number, packets: readonly Uint8Array[]): number;
}

const OPUS_RATE = 48_000;
const STRANGE = { rate: 1, preSkip: 0, startOf: () => 0 };

/** Unsupported codecs by the first bytes of their stream. */
const REFUSED: readonly (readonly [magic: string, what: string])[] = [
  ["Speex   ", "OGG with Speex"],
  ["CELT    ", "OGG with CELT"],
  ["PCM     ", "OGG with PCM"],
  ["\x80theora", "OGV (video/ogg)"],
  ["BBCD", "OGV (video/ogg)"],
  ["\x01video", "OGM (video/ogg)"],
  ["OVP80", "OGV (video/ogg)"],
  ["\x8aDAALA", "OGV (video/ogg)"],
  ["\x01audio", "OGM (video/ogg)"],
  ["MIDI", "OGG with MIDI"],
];

/** Returns the codec of a stream's first packet; null for subtitles, skeletons and unknown streams. */
export function firstPacketOf(packet: Buffer): OggCodec | null {
  const is = (magic: string) => packet.toString("latin1", 0, magic.length) === magic;
  const refused = REFUSED.find(([magic]) => is(magic));
  if (refused) return { ...STRANGE, refusal: refused[1] };
  if (is("\x01vorbis") && packet.length >= 30) {
    // Each packet gives at most half of the larger block (Vorbis I, section 4.3.8).
    const block = 2 ** (packet.readUInt8(28) >> 4);
    return sampled(packet.readUInt32LE(12), block / 2);
  }
  if (is("\x7fFLAC") && packet.length >= 51) {
    const rate = packet.readUIntBE(27, 3) >> 4;
    return sampled(rate, packet.readUInt16BE(19));
  }
  if (is("OpusHead") && packet.length >= 12) {
    return {
      refusal: null,
      rate: OPUS_RATE,
      preSkip: packet.readUInt16LE(10),
      startOf: (end, packets) => Math.max(0, end - packets.reduce((sum, each) => sum + opusSamples(each), 0)),
    };
  }
  return null;
}

function sampled(rate: number, samplesPerPacket: number): OggCodec | null {
  if (rate === 0) return null;
  const startOf = (end: number, packets: readonly Uint8Array[]) => {
    const most = packets.length * samplesPerPacket;
    // The last packet of the previous page may continue in this one.
    return end > most + 2 * samplesPerPacket ? end - most : 0;
  };
  return { refusal: null, rate, preSkip: 0, startOf };
}

/** Returns the samples of a packet at 48 kHz, by its first bytes (RFC 6716, section 3.1). */
function opusSamples([toc = 0, count = 0]: Uint8Array): number {
  const config = toc >> 3;
  const tenths =
    config < 12
      ? [100, 200, 400, 600][config & 3]
      : config < 16
        ? [100, 200][config & 1]
        : [25, 50, 100, 200][config & 3];
  const frames = [1, 2, 2, count & 63][toc & 3] ?? 1;
  return ((tenths ?? 0) * frames * OPUS_RATE) / 10_000;
}
