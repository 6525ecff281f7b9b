import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { EncodedPacketSink, FilePathSource, Input, MP4 } from "mediabunny";
import { createLoudnessMeter } from "../../../src/media/animatic/sound/loudness.ts";
import { SOUND_RATE, type SoundSpec } from "../../../src/media/animatic/sound/sound_spec.ts";
import { createSpeechDetector } from "../../../src/media/animatic/sound/speech_windows.ts";
import { createTruePeakMeter } from "../../../src/media/animatic/sound/true_peak.ts";
import { createAnimaticRenderer } from "../../../src/media/mod.ts";
import { wav, workRoom } from "./footage.ts";

const renderer = createAnimaticRenderer({ processes: 1 });
let room: Awaited<ReturnType<typeof workRoom>>;
beforeAll(async () => {
  room = await workRoom();
});
afterAll(async () => {
  await renderer.close();
  await room.clear();
});

/** Noise in syllables, like a voice. */
function syllables(seed: number): (frame: number) => number {
  let state = seed;
  return (frame) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return 0.5 * (state / 2 ** 30 - 1) * Math.abs(Math.sin(frame / 4000)) ** 3;
  };
}
const sine =
  (hertz: number, level = 0.3, rate = SOUND_RATE) =>
  (frame: number): number =>
    level * Math.sin((2 * Math.PI * hertz * frame) / rate);

const sound = (name: string, channels: readonly ((frame: number) => number)[], seconds: number, rate = SOUND_RATE) =>
  wav(room.path(name), { frames: Math.round(seconds * rate), rate, channels });

const silence: SoundSpec = { seconds: 6, voice: [], voiceOver: null, music: null, clips: [] };
let mixes = 0;

async function mix(spec: Partial<SoundSpec>) {
  const folder = `mix${++mixes}`;
  const paths = {
    voice: room.path(`${folder}_voice.wav`),
    music: room.path(`${folder}_music.wav`),
    mix: room.path(`${folder}_mix.wav`),
    soundtrack: room.path(`${folder}.m4a`),
  };
  const { signal } = new AbortController();
  return { ...(await renderer.mix({ ...silence, ...spec }, paths, { signal })), paths };
}

async function samplesOf(path: string): Promise<{ left: Float32Array; right: Float32Array }> {
  const data = new Int16Array((await Bun.file(path).slice(44).arrayBuffer()) as ArrayBuffer);
  const channel = (offset: number) =>
    Float32Array.from({ length: data.length / 2 }, (_, i) => (data[2 * i + offset] ?? 0) / 32_767);
  return { left: channel(0), right: channel(1) };
}

function decibels(samples: Float32Array, from: number, to: number): number {
  const part = samples.subarray(from * SOUND_RATE, to * SOUND_RATE);
  return 10 * Math.log10(part.reduce((sum, value) => sum + value * value, 0) / part.length + 1e-12);
}

async function packetsOf(path: string): Promise<string> {
  using input = new Input({ source: new FilePathSource(path), formats: [MP4] });
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error("no sound track");
  const hasher = new Bun.CryptoHasher("sha256");
  for await (const { data } of new EncodedPacketSink(track).packets()) hasher.update(data);
  return hasher.digest("hex");
}

describe("loudness", () => {
  // EBU Tech 3341, cases 1, 3 and 4; a stereo sine of 1 kHz.
  test.each([
    ["a steady tone", [[-23, 20]], -23],
    [
      "quiet parts around a tone do not count",
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      -23,
    ],
    [
      "silence does not count",
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      -23,
    ],
  ] as const)("matches the calibration signal: %s", (_, parts, expected) => {
    const meter = createLoudnessMeter();
    let at = 0;
    for (const [level, seconds] of parts) {
      const tone = sine(1000, 10 ** (level / 20));
      const samples = Float32Array.from({ length: seconds * SOUND_RATE }, (_, i) => tone(at + i));
      meter.add(samples, samples);
      at += samples.length;
    }
    expect(Math.abs((meter.value() ?? 0) - expected)).toBeLessThan(0.1);
  });

  test("is null for silence", () => {
    const meter = createLoudnessMeter();
    meter.add(new Float32Array(SOUND_RATE), new Float32Array(SOUND_RATE));
    expect(meter.value()).toBeNull();
  });
});

test("true peak: finds the peak between samples", () => {
  // A quarter of the rate, 45 degrees off: each sample is 3 dB below the peak (EBU Tech 3341, case 16).
  const samples = Float32Array.from({ length: 4800 }, (_, i) => 0.5 * Math.sin((Math.PI / 2) * i + Math.PI / 4));
  const meter = createTruePeakMeter();
  const ramp = samples.map((value, i) => value * Math.min(1, i / 480, (4799 - i) / 480));
  meter.add(ramp, ramp);
  expect(Math.abs((meter.value() ?? 0) + 6.02)).toBeLessThan(0.2);
});

describe("a mix", () => {
  test("has its loudness and its true peak, and lowers the music under the voice", async () => {
    const line = await sound("line.wav", [syllables(7)], 2);
    const music = await sound("music.wav", [sine(220), sine(330)], 1.5, 44_100);
    const made = await mix({
      seconds: 10,
      voice: [{ path: line, start: 4, end: 6 }],
      music: { kind: "file", path: music, level: 0 },
    });
    expect(made.warnings).toEqual([]);
    expect(made.speech).toEqual([{ start: 4, end: 6 }]);
    expect(Math.abs((made.loudness ?? 0) + 14)).toBeLessThan(1);
    expect(made.truePeak ?? 0).toBeLessThanOrEqual(-1);
    const { left } = await samplesOf(made.paths.music);
    expect(left.length).toBe(10 * SOUND_RATE);
    expect(decibels(left, 2, 3.6) - decibels(left, 4, 6)).toBeGreaterThan(8);
    expect(decibels(left, 6.6, 7.5) - decibels(left, 4, 6)).toBeGreaterThan(8);
    // Fades at both ends.
    expect(decibels(left, 0, 0.05)).toBeLessThan(decibels(left, 1, 2) - 15);
    expect(decibels(left, 9.9, 10)).toBeLessThan(decibels(left, 1, 2) - 15);
  });

  test("has stems that add up to it, and the voice where it was placed", async () => {
    const line = await sound("short.wav", [syllables(3)], 1);
    const music: SoundSpec["music"] = { kind: "composed", style: "calm", seed: "a", level: 0 };
    const { paths } = await mix({ voice: [{ path: line, start: 2.5, end: 3.5 }], music });
    const [voice, bed, all] = [await samplesOf(paths.voice), await samplesOf(paths.music), await samplesOf(paths.mix)];
    const error = all.left.reduce((most, value, i) => {
      return Math.max(most, Math.abs(value - (voice.left[i] ?? 0) - (bed.left[i] ?? 0)));
    }, 0);
    expect(error).toBeLessThan(3 / 32_767);
    expect(decibels(voice.left, 0, 2.5)).toBeLessThan(-100);
    expect(decibels(voice.left, 2.5, 3.5)).toBeGreaterThan(-30);
    expect(decibels(voice.left, 3.5, 6)).toBeLessThan(-100);
  });

  test("is the same each time: samples and packets", async () => {
    const line = await sound("same.wav", [syllables(5)], 1);
    const spec: Partial<SoundSpec> = {
      voice: [{ path: line, start: 1, end: 2 }],
      music: { kind: "composed", style: "upbeat", seed: "job", level: 3 },
    };
    const [first, second] = [await mix(spec), await mix(spec)];
    for (const stem of ["voice", "music", "mix"] as const) {
      expect(await Bun.file(first.paths[stem]).bytes()).toEqual(await Bun.file(second.paths[stem]).bytes());
    }
    expect(await packetsOf(second.paths.soundtrack)).toBe(await packetsOf(first.paths.soundtrack));
    expect(second.loudness).toBe(first.loudness);
  });

  test("without any sound is a silent track", async () => {
    const made = await mix({});
    expect(made).toMatchObject({ loudness: null, truePeak: null, speech: [], warnings: [] });
    expect(await packetsOf(made.paths.soundtrack)).toBeString();
    const { left } = await samplesOf(made.paths.mix);
    expect(left.every((value) => value === 0)).toBe(true);
    expect(left.length).toBe(6 * SOUND_RATE);
  });

  test("has the voice-over in place of the voice, and finds where it speaks", async () => {
    const speaks = syllables(9);
    const over = await sound("over.wav", [(frame) => (frame > 48_000 && frame < 120_000 ? speaks(frame) : 0)], 4);
    const line = await sound("unheard.wav", [syllables(1)], 1);
    const made = await mix({ voice: [{ path: line, start: 4.5, end: 5.5 }], voiceOver: { path: over } });
    expect(made.speech.length).toBe(1);
    expect(Math.abs((made.speech[0]?.start ?? 0) - 1)).toBeLessThan(0.1);
    expect(Math.abs((made.speech[0]?.end ?? 0) - 2.5)).toBeLessThan(0.1);
    expect(decibels((await samplesOf(made.paths.voice)).left, 4.5, 5.5)).toBeLessThan(-100);
  });

  test("has the sound of a kept clip in its scene only", async () => {
    const clip = await sound("clip.wav", [sine(500)], 1);
    const made = await mix({ clips: [{ path: clip, sceneNumber: 2, start: 2, end: 4 }] });
    const { left } = await samplesOf(made.paths.mix);
    expect(decibels(left, 0, 2)).toBeLessThan(-100);
    expect(decibels(left, 2.1, 3.9)).toBeGreaterThan(-25);
    expect(decibels(left, 4, 6)).toBeLessThan(-100);
  });
});

describe("a hostile sound", () => {
  const music = (path: string): Partial<SoundSpec> => ({ music: { kind: "file", path, name: "Song", level: 0 } });
  test.each([
    ["of a millisecond", 0.001, 48_000, 1],
    ["of 8 kHz", 1, 8000, 1],
    ["of 192 kHz", 1, 192_000, 2],
    ["of 5.1 channels", 1, 48_000, 6],
  ])("is mixed: %s", async (name, seconds, rate, count) => {
    const channels = Array.from({ length: count }, (_, i) => (i === 2 || count < 3 ? sine(1000, 0.5, rate) : () => 0));
    const made = await mix(music(await sound(`${name}.wav`, channels, seconds, rate)));
    expect(made.warnings).toEqual([]);
    expect(Math.abs((made.loudness ?? 0) + 14)).toBeLessThan(1);
    expect(made.truePeak ?? 0).toBeLessThanOrEqual(-1);
  });

  test("is a warning where it is silent", async () => {
    const made = await mix(music(await sound("silent.wav", [() => 0], 2)));
    expect(made).toMatchObject({ loudness: null, truePeak: null });
    expect(made.warnings).toEqual([
      { sceneNumber: null, message: "The music is silent or almost silent; use a louder recording" },
    ]);
  });

  test("is a warning where its samples are no numbers", async () => {
    const path = await sound("nan.wav", [sine(300), sine(300)], 1);
    // The same bytes, read as one channel of 32-bit float.
    const bytes = Buffer.from(await Bun.file(path).bytes());
    bytes.writeUInt16LE(3, 20);
    bytes.writeUInt16LE(1, 22);
    bytes.writeUInt16LE(32, 34);
    for (let at = 44; at + 4 <= bytes.length; at += 4) {
      bytes.writeFloatLE(at % 4000 === 0 ? Number.NaN : 0.3 * Math.sin(at / 40), at);
    }
    await Bun.write(path, bytes);
    const made = await mix(music(path));
    expect(made.warnings.map(({ message }) => message)).toEqual([
      "The music “Song” has samples that are no numbers or far too loud; they were replaced, so check how the file was made",
    ]);
    expect(Math.abs((made.loudness ?? 0) + 14)).toBeLessThan(1);
  });

  test("is a warning where it cannot be read, and the rest is heard", async () => {
    await Bun.write(room.path("junk.wav"), "RIFF\0\0\0\0WAVEjunk");
    const line = await sound("rest.wav", [syllables(2)], 1);
    const made = await mix({
      voice: [{ path: line, start: 1, end: 2 }],
      ...music(room.path("junk.wav")),
      clips: [{ path: room.path("junk.wav"), name: "Beach", sceneNumber: 3, start: 0, end: 2 }],
    });
    expect(made.warnings.map(({ sceneNumber }) => sceneNumber).sort()).toEqual([3, null]);
    expect(made.warnings.map(({ message }) => message).join()).toContain(
      "The sound of the video “Beach” cannot be used",
    );
    expect(Math.abs((made.loudness ?? 0) + 14)).toBeLessThan(1);
  });

  test("is a warning where a voice-over is longer than the film", async () => {
    const path = await sound("long.wav", [syllables(4)], 9);
    const made = await mix({ voiceOver: { path, name: "Take 2" } });
    expect(made.warnings.map(({ message }) => message)).toEqual([
      "The voice-over “Take 2” is longer than the video, so its end is cut off; make the scenes longer",
    ]);
  });
});

test("speech of a recording: noise between the words does not count", () => {
  const detector = createSpeechDetector();
  const [speaks, noise] = [syllables(11), syllables(12)];
  const samples = Float32Array.from({ length: 4 * SOUND_RATE }, (_, i) => {
    return 0.01 * noise(1) + (i > SOUND_RATE && i < 2 * SOUND_RATE ? speaks(i) : 0);
  });
  detector.add(samples, samples);
  const windows = detector.windows();
  expect(windows.length).toBe(1);
  expect(Math.abs((windows[0]?.start ?? 0) - 1)).toBeLessThan(0.1);
  expect(Math.abs((windows[0]?.end ?? 0) - 2)).toBeLessThan(0.1);
});

test("a cancelled mix: leaves no file behind", async () => {
  const controller = new AbortController();
  const paths = { voice: "v.wav", music: "m.wav", mix: "x.wav", soundtrack: "s.m4a" };
  const named = {
    voice: room.path(`cancelled_${paths.voice}`),
    music: room.path(`cancelled_${paths.music}`),
    mix: room.path(`cancelled_${paths.mix}`),
    soundtrack: room.path(`cancelled_${paths.soundtrack}`),
  };
  const music: SoundSpec["music"] = { kind: "composed", style: "", seed: "", level: 0 };
  const made = renderer.mix({ ...silence, seconds: 180, music }, named, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(made).rejects.toThrow("enough");
  expect((await readdir(room.path("."))).filter((name) => name.startsWith("cancelled"))).toEqual([]);
  expect(existsSync(named.mix)).toBe(false);
});
