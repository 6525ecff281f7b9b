import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createResampler } from "../../../src/media/animatic/sound/resample.ts";
import type { MixedSound, SoundSpec } from "../../../src/media/animatic/sound/sound_spec.ts";
import { createAnimaticRenderer } from "../../../src/media/mod.ts";
import { createSpeaker, SPEECH_RATE, writeWav } from "../../../src/speech/mod.ts";
import { wav, workRoom } from "./footage.ts";

const hasFfmpeg = Bun.which("ffmpeg") !== null;
if (!hasFfmpeg) {
  if (process.env.CI === "true") throw new Error("ffmpeg is missing: CI installs it");
  console.warn("skipped: the loudness of a mix by ffmpeg; `apt-get install ffmpeg` has it measured");
}
// Newer releases of Debian have another recognizer, so CI goes without it there.
const hasRecognizer = Bun.which("pocketsphinx_continuous") !== null;
if (!hasRecognizer) {
  console.warn("skipped: the words of a mix; `apt-get install pocketsphinx pocketsphinx-en-us` has them recognized");
}

const LINES = ["This small light makes every evening warm and bright.", "One charge gives you forty hours of light."];
const SCENE = 4;
const SECONDS = LINES.length * SCENE + 1;

let room: Awaited<ReturnType<typeof workRoom>>;
let made: MixedSound;
beforeAll(async () => {
  room = await workRoom();
  const settings = { speechApiKey: null, speechBaseUrl: null, speechModel: null, speechVoice: null };
  const speaker = createSpeaker({ speechProvider: "flite", ...settings });
  const renderer = createAnimaticRenderer({ processes: 1 });
  const { signal } = new AbortController();
  const speak = async (text: string, index: number): Promise<SoundSpec["voice"][number]> => {
    const { samples } = await speaker.speak({ text, speed: 1, language: "en" }, { signal });
    const [path, start] = [room.path(`line${index}.wav`), index * SCENE + 0.2];
    await Bun.write(path, writeWav(samples));
    return { path, start, end: start + samples.length / SPEECH_RATE };
  };
  const voice = await Promise.all(LINES.map(speak));
  await speaker.close();
  // A steady sound, so that its level is that of the curves over it.
  const tone = (frame: number) => 0.3 * Math.sin((2 * Math.PI * 300 * frame) / SPEECH_RATE);
  const path = await wav(room.path("music_in.wav"), { frames: SPEECH_RATE, rate: SPEECH_RATE, channels: [tone] });
  const spec: SoundSpec = {
    ...{ seconds: SECONDS, voice, voiceOver: null, clips: [] },
    music: { kind: "file", path, level: 0 },
  };
  const outPaths = {
    ...{ voice: room.path("voice.wav"), music: room.path("music.wav") },
    ...{ mix: room.path("mix.wav"), soundtrack: room.path("mix.m4a") },
  };
  made = await renderer.mix(spec, outPaths, { signal });
  await renderer.close();
});
afterAll(() => room.clear());

async function stem(name: string): Promise<Float32Array> {
  const data = new Int16Array(await Bun.file(room.path(name)).slice(44).arrayBuffer());
  return Float32Array.from({ length: data.length / 2 }, (_, i) => (data[2 * i] ?? 0) / 32_767);
}

test("a mix of a spoken ad: its music is at least 8 dB lower while somebody speaks than outside", async () => {
  const samples = await stem("music.wav");
  const power = { speech: { sum: 0, count: 0 }, pause: { sum: 0, count: 0 } };
  for (const [i, value] of samples.entries()) {
    const time = i / SPEECH_RATE;
    const part = made.speech.some(({ start, end }) => time >= start && time <= end) ? power.speech : power.pause;
    part.sum += value * value;
    part.count++;
  }
  const decibels = ({ sum, count }: { sum: number; count: number }) => 10 * Math.log10(sum / count);
  expect(decibels(power.pause) - decibels(power.speech)).toBeGreaterThan(8);
});

describe.skipIf(!hasFfmpeg)("a mix, measured by ffmpeg", () => {
  test.each(["mix.m4a", "mix.wav"])("has its loudness and its true peak: %s", async (name) => {
    const command = ["ffmpeg", "-hide_banner", "-nostats", "-i", room.path(name), "-af", "ebur128=peak=true"];
    const { stderr } = Bun.spawnSync([...command, "-f", "null", "-"]);
    const summary = stderr.toString().split("Summary:").at(-1) ?? "";
    const number = (label: string) => Number(new RegExp(`${label}:\\s+(-?[\\d.]+)`).exec(summary)?.[1]);
    expect(Math.abs(number("I") + 14)).toBeLessThanOrEqual(1);
    expect(number("Peak")).toBeLessThanOrEqual(-1);
    expect(Math.abs(number("I") - (made.loudness ?? 0))).toBeLessThan(0.4);
  });
});

describe.skipIf(!hasRecognizer)("a voice stem", () => {
  test("has at least 80 % of its words recognized", async () => {
    const left = await stem("voice.wav");
    const { left: heard } = createResampler(SPEECH_RATE, 16_000).push({ rate: SPEECH_RATE, left, right: left });
    const bytes = Buffer.from(writeWav(heard));
    bytes.writeUInt32LE(16_000, 24);
    bytes.writeUInt32LE(32_000, 28);
    await Bun.write(room.path("heard.wav"), new Uint8Array(bytes));
    const { stdout } = Bun.spawnSync(["pocketsphinx_continuous", "-infile", room.path("heard.wav")], {
      stderr: "ignore",
    });
    const recognized = new Set(
      stdout
        .toString()
        .toLowerCase()
        .match(/[a-z']+/g),
    );
    const words =
      LINES.join(" ")
        .toLowerCase()
        .match(/[a-z']+/g) ?? [];
    const found = words.filter((word) => recognized.has(word));
    expect(found.length / words.length, stdout.toString()).toBeGreaterThanOrEqual(0.8);
  });
});
