import { EncodedAudioPacketSource, type EncodedPacket, EncodedPacketSink } from "mediabunny";
import { openContainer, soundTrack } from "../../film/open_container.ts";

/** The sound track of one video that is being written. */
export interface Sound {
  /** The track that receives the encoded sound. */
  source: EncodedAudioPacketSource;
  /** Packets of the whole track, so that the muxer can reserve space. */
  packets: number;
  /** Adds sound up to a time of the video, in seconds. */
  addUntil(seconds: number): Promise<void>;
  /** Adds the rest. */
  finish(): Promise<void>;
}

/** The encoded sound of a film, from which each output gets the same packets. */
export interface Soundtrack {
  /** Creates the track of one output. */
  track(): Sound;
}

/**
 * Reads the AAC packets of a finished soundtrack; three minutes are about 3 MB.
 *
 * @throws if the file has no AAC track
 */
export async function readSoundtrack(path: string): Promise<Soundtrack> {
  const { input } = openContainer(path);
  try {
    const track = await soundTrack(input);
    const decoderConfig = track?.codec === "aac" ? await track.getDecoderConfig() : null;
    if (!track || !decoderConfig) throw new Error("Cannot read the soundtrack: it has no AAC track");
    const packets: EncodedPacket[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
    return { track: () => copyOf(packets, decoderConfig) };
  } finally {
    input.dispose();
  }
}

function copyOf(packets: readonly EncodedPacket[], decoderConfig: AudioDecoderConfig): Sound {
  const source = new EncodedAudioPacketSource("aac");
  let written = 0;
  const addUntil = async (seconds: number): Promise<void> => {
    for (let packet = packets[written]; packet && packet.timestamp < seconds; packet = packets[written]) {
      await source.add(packet, written === 0 ? { decoderConfig } : undefined);
      written++;
    }
  };
  return {
    source,
    packets: packets.length,
    addUntil,
    finish: () => addUntil(Number.POSITIVE_INFINITY),
  };
}
