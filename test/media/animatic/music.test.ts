import { describe, expect, test } from "bun:test";
import { composeBed } from "../../../src/media/animatic/sound/music/compose_bed.ts";
import type { Play } from "../../../src/media/animatic/sound/music/play.ts";
import { instrumentPlayer } from "../../../src/media/animatic/sound/music/play_instruments.ts";
import { playSynthesized } from "../../../src/media/animatic/sound/music/play_synthesized.ts";
import { MUSIC_STYLES, musicStyleOf } from "../../../src/media/animatic/sound/music/styles.ts";
import { writeScore } from "../../../src/media/animatic/sound/music/write_score.ts";
import { SOUND_RATE } from "../../../src/media/animatic/sound/sound_spec.ts";

const sampled = await instrumentPlayer();
if (!sampled) {
  const how = "the instruments need the optional packages: bun install";
  if (process.env.CI === "true") throw new Error(how);
  console.warn(`skipped: ${how}`);
}

interface Heard {
  readonly hash: string;
  readonly frames: number;
  readonly peak: number;
  /** The largest step between two samples. */
  readonly step: number;
  /** The level of each second, in decibels of full scale. */
  readonly levels: number[];
  readonly last: number;
}

async function hear(options: Parameters<typeof composeBed>[0], play: Play): Promise<Heard> {
  const hasher = new Bun.CryptoHasher("sha256");
  const levels: number[] = [];
  let [frames, peak, step, last] = [0, 0, 0, 0];
  for await (const { left, right } of composeBed(options, play)) {
    hasher.update(left).update(right);
    frames += left.length;
    let power = 0;
    for (const [index, value] of left.entries()) {
      const other = right[index] ?? 0;
      peak = Math.max(peak, Math.abs(value), Math.abs(other));
      step = Math.max(step, Math.abs(value - last));
      power += (value * value + other * other) / 2;
      last = value;
    }
    levels.push(10 * Math.log10(power / left.length + 1e-12));
  }
  return { hash: hasher.digest("hex"), frames, peak, step, levels, last };
}

const players: readonly (readonly [string, Play])[] = [
  ["simple tones", playSynthesized],
  ...(sampled ? [["sampled instruments", sampled] as const] : []),
];

describe.each(players)("composeBed on %s", (_name, play) => {
  test.each(MUSIC_STYLES.map(({ name }) => name))(
    "%s: lasts as long as the film, never clips or clicks, stays steady, and ends in silence",
    async (style) => {
      const { frames, peak, step, levels, last } = await hear({ style, seconds: 12.5, seed: "job" }, play);
      expect(frames).toBe(12.5 * SOUND_RATE);
      expect(peak).toBeGreaterThan(0.1);
      expect(peak).toBeLessThan(1);
      expect(step).toBeLessThan(0.35);
      expect(Math.abs(last)).toBeLessThan(0.001);
      const body = levels.slice(0, -2);
      expect(Math.max(...body) - Math.min(...body)).toBeLessThan(16);
      expect(Math.min(...body)).toBeGreaterThan(-40);
      // The ring of the last chord is quieter than the music before it.
      expect(levels.at(-1) ?? 0).toBeLessThan(Math.max(...body));
    },
    120_000,
  );

  test("gives the same samples for the same seed, and other music for another", async () => {
    const once = await hear({ style: "acoustic", seconds: 5, seed: "one" }, play);
    expect((await hear({ style: "acoustic", seconds: 5, seed: "one" }, play)).hash).toBe(once.hash);
    expect((await hear({ style: "acoustic", seconds: 5, seed: "two" }, play)).hash).not.toBe(once.hash);
  }, 120_000);

  test("plays a film of three seconds", async () => {
    expect((await hear({ style: "", seconds: 3, seed: "" }, play)).frames).toBe(3 * SOUND_RATE);
  }, 120_000);
});

test("writeScore: ends on the tonic within the film, at a tempo of its style, for any length", () => {
  for (const style of MUSIC_STYLES) {
    for (const seconds of [3, 4.2, 8, 15, 30, 61.3, 180]) {
      const notes = writeScore(style, { seconds, seed: "job" });
      const lastStart = Math.max(...notes.map(({ start }) => start));
      expect(lastStart).toBeLessThan(seconds);
      expect(Math.max(...notes.map(({ start, length }) => start + length))).toBeLessThan(seconds + 0.01 + 0.6);
      const final = notes.filter(({ start, part }) => part === "pad" && Math.abs(start - lastStart) < 0.001);
      const first = notes.filter(({ start, part }) => part === "bass" && start === 0);
      expect(final.length).toBeGreaterThanOrEqual(3);
      expect(first).toHaveLength(1);
    }
  }
});

test("writeScore: grows from an intro without drums", () => {
  const style = musicStyleOf("upbeat pop");
  const notes = writeScore(style, { seconds: 30, seed: "job" });
  const firstDrum = notes.find(({ part }) => part === "drums")?.start ?? 0;
  expect(firstDrum).toBeGreaterThan(1.5);
  expect(notes.filter(({ part, start }) => part === "drums" && start > firstDrum).length).toBeGreaterThan(50);
});

test.each([
  ["warm acoustic folk", "acoustic"],
  ["Upbeat indie pop", "upbeat"],
  ["epic orchestral", "cinematic"],
  ["Lo-fi hip hop", "lofi"],
  ["corporate, motivating", "corporate"],
  ["deep house", "electronic"],
  ["calm piano", "ambient"],
  ["", "corporate"],
  ["xyzzy", "corporate"],
])("musicStyleOf: finds in '%s' the style %s", (text, name) => {
  expect(musicStyleOf(text).name).toBe(name);
});
