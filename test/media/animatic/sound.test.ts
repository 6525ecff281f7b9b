import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { downmix, speakersOf } from "../../../src/media/animatic/sound/downmix.ts";
import { createOggLoop, pagesOfParts } from "../../../src/media/animatic/sound/ogg_loop.ts";
import { openRecording } from "../../../src/media/animatic/sound/open_recording.ts";
import { loopOf } from "../../../src/media/animatic/sound/piece_loop.ts";
import { SOUND_RATE } from "../../../src/media/animatic/sound/sound_spec.ts";
import { provideWebCodecs } from "../../../src/media/animatic/web_codecs.ts";
import { fixture } from "../fixtures.ts";
import { renderOne, soundtrackOf, storyboard, wav, workRoom } from "./footage.ts";
import { watch } from "./screening.ts";

let room: Awaited<ReturnType<typeof workRoom>>;
beforeAll(async () => {
  provideWebCodecs();
  room = await workRoom();
});
afterAll(() => room.clear());

const silent = (): number => 0;
const sine = (hertz: number, rate: number, level = 0.5) => {
  return (frame: number): number => level * Math.sin((2 * Math.PI * hertz * frame) / rate);
};

async function heard(path: string, seconds: number) {
  const warnings: string[] = [];
  const sound = await openRecording(path, { repeats: true, onFault: (fault) => warnings.push(fault) });
  const { left, right } = await sound.read(Math.round(seconds * SOUND_RATE));
  sound.close();
  return { rate: SOUND_RATE, left, right, warnings };
}

const peak = (samples: Float32Array): number => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The amplitude of one frequency in a sound. */
function level(samples: Float32Array, hertz: number, rate: number): number {
  let [real, imaginary] = [0, 0];
  for (const [i, value] of samples.entries()) {
    real += value * Math.cos((2 * Math.PI * hertz * i) / rate);
    imaginary += value * Math.sin((2 * Math.PI * hertz * i) / rate);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

/** The largest second difference: small for a tone, large where it breaks. */
function roughest(samples: Float32Array): number {
  return samples.reduce((most, value, i) => {
    if (i < 2) return most;
    return Math.max(most, Math.abs(value - 2 * (samples[i - 1] ?? 0) + (samples[i - 2] ?? 0)));
  }, 0);
}

describe("sound of several channels", () => {
  const half = Math.SQRT1_2;
  test.each([
    ["mono", 1, 0, [1, 1]],
    ["stereo, right", 2, 1, [0, 1]],
    ["quad, rear left", 4, 2, [half, 0]],
    ["5.1, left", 6, 0, [1, 0]],
    ["5.1, centre", 6, 2, [half, half]],
    ["5.1, effects", 6, 3, [0, 0]],
    ["5.1, rear right", 6, 5, [0, half]],
    ["7.1, centre", 8, 2, [half, half]],
    ["7.1, rear left", 8, 4, [half, 0]],
    ["7.1, side right", 8, 7, [0, half]],
  ] as const)("is mixed down by ITU-R BS.775: %s", async (_, count, channel, gains) => {
    const channels = Array.from({ length: count }, (_, index) => (index === channel ? sine(500, 48_000) : silent));
    const path = await wav(room.path(`${count}-${channel}.wav`), { frames: 48_000, rate: 48_000, channels });
    const { left, right, warnings } = await heard(path, 0.5);
    expect(level(left, 500, 48_000)).toBeCloseTo(0.5 * gains[0], 2);
    expect(level(right, 500, 48_000)).toBeCloseTo(0.5 * gains[1], 2);
    expect(warnings).toEqual([]);
  });

  test("has its centre in the place that its codec gives it", () => {
    const planes = (count: number, at: number) =>
      Array.from({ length: count }, (_, index) => Float32Array.of(index === at ? 1 : 0));
    expect(downmix(planes(6, 1), speakersOf(6, "vorbis")).right[0]).toBeCloseTo(half);
    expect(downmix(planes(6, 5), speakersOf(6, "vorbis")).right[0]).toBe(0);
    expect(downmix(planes(4, 2), speakersOf(4, "aac")).right[0]).toBeCloseTo(half);
  });

  test("is heard in the video on both sides", async () => {
    const channels = [silent, silent, sine(500, 48_000), silent, silent, silent];
    const path = await wav(room.path("centre.wav"), { frames: 96_000, rate: 48_000, channels });
    const soundtrack = await soundtrackOf(path, { seconds: 3, room: room.path });
    expect(soundtrack.warnings).toEqual([]);
    await renderOne(storyboard([{ durationTenths: 30 }], { format: "1:1", soundtrack }), room.path("centre.mp4"));
    const film = await watch(room.path("centre.mp4"));
    expect(await film.loudness(0.6, 1.6)).toBeGreaterThan(0.1);
    film.close();
  });
});

describe("a sound that is shorter than the video", () => {
  test.each([
    ["ends at its peak", 60_427],
    ["is shorter than the blend", 300],
    ["has a few samples", 5],
  ])("starts again without a click where it %s", async (name, frames) => {
    // A frequency low enough for the tone itself to be smooth even where it is cut into small pieces.
    const slow = (frame: number): number => 0.9 * Math.cos((2 * Math.PI * 60 * frame) / 44_100);
    const path = await wav(room.path(`${name}.wav`), { frames, rate: 44_100, channels: [slow] });
    const { left, warnings } = await heard(path, 5);
    // The resampler rings where the sound begins, as any step does.
    expect(roughest(left.subarray(1000))).toBeLessThan(0.02);
    expect(peak(left.subarray(-4410))).toBeGreaterThan(0.2);
    expect(warnings).toEqual([]);
  });
});

describe("a sound of any sample rate", () => {
  test.each([8000, 11_000, 22_050, 37_800, 44_100, 96_000, 176_400, 192_000])("is heard: %i Hz", async (rate) => {
    const path = await wav(room.path(`${rate}.wav`), { frames: rate, rate, channels: [sine(1000, rate)] });
    const sound = await heard(path, 0.9);
    const middle = sound.left.subarray(Math.round(0.1 * sound.rate), Math.round(0.8 * sound.rate));
    expect(level(middle, 1000, sound.rate)).toBeCloseTo(0.5, 2);
    expect(peak(middle)).toBeLessThan(0.51);
  });

  test("has nothing in it that was too high for the new rate", async () => {
    const path = await wav(room.path("high.wav"), { frames: 96_000, rate: 192_000, channels: [sine(30_000, 192_000)] });
    expect(peak((await heard(path, 0.4)).left.subarray(2000))).toBeLessThan(0.002);
  });
});

describe("a sound that only other decoders read", () => {
  const half = Math.SQRT1_2;
  test.each([
    ["Opus of 5.1 channels in Ogg", "centre_51_opus.ogg", [half, half]],
    ["Opus of 5.1 channels in WebM", "centre_51_opus.webm", [half, half]],
    ["FLAC of 5.1 channels in Ogg", "centre_51_flac.ogg", [half, half]],
    ["FLAC of 7.1 channels and 24 bits in MP4", "side_71_flac.m4a", [half, 0]],
    ["FLAC of 192 kHz in Ogg", "192_khz_flac.ogg", [1, 1]],
    ["Vorbis in WebM", "vorbis.webm", [1, 1]],
  ] as const)("is heard: %s", async (_, name, gains) => {
    const { left, right, rate, warnings } = await heard(fixture(`sounds/${name}`), 0.3);
    const middle = (samples: Float32Array) => samples.subarray(Math.round(0.02 * rate), Math.round(0.12 * rate));
    expect(level(middle(left), 500, rate)).toBeCloseTo(0.5 * gains[0], 1);
    expect(level(middle(right), 500, rate)).toBeCloseTo(0.5 * gains[1], 1);
    expect(warnings).toEqual([]);
  });

  // The bytes of no frame header.
  const junk = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7919) % 251);
  test.each(["tone.mp3", "centre_51_flac.ogg", "centre_51_opus.ogg"])("is heard behind junk: %s", async (name) => {
    const path = room.path(`junk_${name}`);
    await Bun.write(path, new Blob([junk, await Bun.file(fixture(`sounds/${name}`)).bytes()]));
    const { left, rate, warnings } = await heard(path, 0.3);
    expect(level(left.subarray(Math.round(0.1 * rate), Math.round(0.3 * rate)), 500, rate)).toBeGreaterThan(0.3);
    expect(warnings).toEqual([]);
  });
});

describe("a chain of files", () => {
  test.each([
    ["of Opus", "chained_opus.ogg"],
    ["of Vorbis, of two sample rates", "chained_vorbis.ogg"],
    ["of FLAC, of two sample rates", "chained_flac.ogg"],
    ["of MP3, of two sample rates", "chained.mp3"],
  ])("is heard to its end, and again: %s", async (_, name) => {
    // 0.4 s of 500 Hz, and then 0.4 s of 1500 Hz.
    const { left, rate, warnings } = await heard(fixture(`sounds/${name}`), 1.2);
    const part = (from: number) => left.subarray(Math.round((from + 0.1) * rate), Math.round((from + 0.3) * rate));
    const levels = [0, 0.4, 0.8].map((from) => [level(part(from), 500, rate), level(part(from), 1500, rate)]);
    for (const [at, [low = 0, high = 0]] of levels.entries()) {
      expect(at === 1 ? high : low, String(levels)).toBeGreaterThan(0.2);
      expect(at === 1 ? low : high, String(levels)).toBeLessThan(0.02);
    }
    expect(warnings).toEqual([]);
  });
});

test.each(["flac", "vorbis"] as const)(
  "a long sound: no more is decoded at once than a page of it: %s",
  async (codec) => {
    // Five minutes in 20 to 40 kB; a page of it is at most some seconds.
    const loop = createOggLoop(codec, () => pagesOfParts(fixture(`sounds/silence_${codec}.ogg`)));
    let [most, all] = [0, 0];
    for (let piece = await loop.next(); piece; piece = await loop.next()) {
      most = Math.max(most, piece.left.length / piece.rate);
      all += piece.left.length / piece.rate;
    }
    loop.close();
    expect(all).toBeCloseTo(300, 0);
    expect(most).toBeLessThan(25);
  },
);

test("a sound with several edits: its parts are heard in the order of the list", async () => {
  // Of a second each of 400, 800 and 1600 Hz, the list plays the third and then the first.
  const { left, rate, warnings } = await heard(fixture("sounds/two_edits.m4a"), 2);
  const second = (index: number) => left.subarray((index + 0.1) * rate, (index + 0.9) * rate);
  expect(level(second(0), 1600, rate)).toBeCloseTo(0.5, 1);
  expect(level(second(0), 400, rate)).toBeLessThan(0.01);
  expect(level(second(1), 400, rate)).toBeCloseTo(0.5, 1);
  expect(level(second(1), 800, rate)).toBeLessThan(0.01);
  expect(warnings).toEqual([]);
});

test("a loop: a sound of a millisecond is decoded once", async () => {
  let decoded = 0;
  const loop = loopOf(async function* () {
    decoded += 1;
    yield { rate: 48_000, left: new Float32Array(48), right: new Float32Array(48) };
  });
  const taken: (number | null)[] = [];
  for (let i = 0; i < 6; i++) taken.push((await loop.next())?.left.length ?? null);
  expect(taken).toEqual([48, null, 48, null, 48, null]);
  expect(decoded).toBe(1);
});

test("a loop: no more than some seconds of a long sound are kept", async () => {
  let decoded = 0;
  const loop = loopOf(async function* () {
    decoded += 1;
    for (let second = 0; second < 20; second++) {
      yield { rate: 1000, left: new Float32Array(1000), right: new Float32Array(1000) };
    }
  });
  for (let i = 0; i < 42; i++) await loop.next();
  expect(decoded).toBe(2);
});
