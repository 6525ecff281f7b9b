import { normalText } from "./script.ts";
import type { Line, Speaker } from "./speaker.ts";

/**
 * Returns the key of a spoken line: the SHA-256 of all that its sound depends on. A line is spoken and paid for once per
 * key; its sound is stored as a blob, and the event that names the blob carries the key, so that a scene that is spoken
 * again, another job of the owner and a restart use the stored sound.
 *
 * The first entry is the version of the adapters: a change of their output changes every key.
 */
export function lineKey(speaker: Pick<Speaker, "provider" | "model" | "voice">, line: Line): string {
  const { provider, model } = speaker;
  const { text, speed, language, voice } = line;
  const parts = [1, provider, model, voice ?? speaker.voice, speed, language, normalText(text)];
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(parts)).digest("hex");
}
