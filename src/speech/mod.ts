/**
 * Speech: a line of text becomes sound with the times of its words, by one of four voices behind one port. Independent
 * of HTTP and the log.
 *
 * @module
 */
export { checkSpeechSettings, createSpeaker, type SpeechSettings } from "./create_speaker.ts";
export { type CaptionText, type Cue, cuesOf, toSrt, toVtt } from "./cues.ts";
export { estimateSeconds } from "./estimate_seconds.ts";
export { lineKey } from "./line_key.ts";
export { readWav, writeWav } from "./line_wav.ts";
export { type PlacedLine, placeLines, type SceneLine, type SceneSpan } from "./place_lines.ts";
export {
  type Line,
  SPEECH_PROVIDERS,
  SPEECH_RATE,
  SPEED,
  type Speaker,
  type SpeechProvider,
  type SpokenLine,
  type SpokenWord,
} from "./speaker.ts";
