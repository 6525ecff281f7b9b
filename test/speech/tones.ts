import { type SpokenWord, writeWav } from "../../src/speech/mod.ts";

const RATE = 48_000;
/** Seconds of each word and of the pause after it, at speed 1. */
const [WORD, PAUSE] = [0.2, 0.1];

/** A tone for each word of a text, with silence between them, and the times of the words. */
export function tones(text: string, speed = 1) {
  const words: Pick<SpokenWord, "text" | "start" | "end">[] = text
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .map((word, index) => {
      const start = (index * (WORD + PAUSE)) / speed;
      return { text: word, start, end: start + WORD / speed };
    });
  const samples = new Float32Array(Math.round(((words.length * (WORD + PAUSE)) / speed) * RATE));
  for (const { start, end } of words) {
    for (let at = Math.round(start * RATE); at < Math.round(end * RATE); at++) {
      samples[at] = 0.5 * Math.sin((2 * Math.PI * 440 * at) / RATE);
    }
  }
  return { words, samples, wav: writeWav(samples) };
}

/** The raw samples of every second sample: 16 bits at 24 kHz. */
export function halfRate(samples: Float32Array): Buffer {
  const bytes = Buffer.alloc(Math.floor(samples.length / 2) * 2);
  for (let at = 0; at < bytes.length / 2; at++) bytes.writeInt16LE(Math.round((samples[at * 2] ?? 0) * 32_767), at * 2);
  return bytes;
}
