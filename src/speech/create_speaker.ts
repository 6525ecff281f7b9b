import type { ProcessPoolOptions } from "../processes/mod.ts";
import { createCommandSpeaker } from "./command/command_speaker.ts";
import { createElevenLabsSpeaker } from "./elevenlabs/elevenlabs_speaker.ts";
import { createFliteSpeaker } from "./flite/flite_speaker.ts";
import { FLITE_VOICES } from "./flite/voices.ts";
import { createOpenAISpeaker } from "./openai/openai_speaker.ts";
import type { Speaker, SpeechProvider } from "./speaker.ts";

/** The voice and its connection: the settings `SPEECH_…`. */
export interface SpeechSettings {
  readonly speechProvider: SpeechProvider;
  readonly speechApiKey: string | null;
  readonly speechBaseUrl: string | null;
  readonly speechModel: string | null;
  readonly speechVoice: string | null;
}

/**
 * Checks the settings of a voice. No process is started, and no server is called.
 *
 * @throws {Error} one sentence that names the variable that is wrong
 */
export function checkSpeechSettings(settings: SpeechSettings): void {
  createSpeaker(settings);
}

/**
 * Creates the configured voice.
 *
 * @param process options of the processes of the offline voice
 * @throws {Error} one sentence that names the variable that is wrong
 */
export function createSpeaker(settings: SpeechSettings, process: Partial<ProcessPoolOptions> = {}): Speaker {
  const { speechProvider: provider, speechApiKey: apiKey, speechBaseUrl: baseUrl } = settings;
  const { speechModel: model, speechVoice: voice } = settings;
  const needed = (variable: string, value: string | null): string => {
    if (value === null) throw new Error(`Cannot start: SPEECH_PROVIDER=${provider} needs ${variable}`);
    return value;
  };
  switch (provider) {
    case "flite": {
      const known = FLITE_VOICES.find((name) => name === (voice ?? FLITE_VOICES[0]));
      if (!known)
        throw new Error(
          `Cannot start: SPEECH_VOICE is '${voice}' and not one of flite's voices: ${FLITE_VOICES.join(", ")}`,
        );
      return createFliteSpeaker(known, process);
    }
    case "openai":
      return createOpenAISpeaker({
        baseUrl: needed("SPEECH_BASE_URL", baseUrl),
        apiKey,
        model: needed("SPEECH_MODEL", model),
        voice: needed("SPEECH_VOICE", voice),
      });
    case "elevenlabs":
      return createElevenLabsSpeaker({
        apiKey: needed("SPEECH_API_KEY", apiKey),
        voice: needed("SPEECH_VOICE", voice),
        ...(baseUrl === null ? {} : { baseUrl }),
        ...(model === null ? {} : { model }),
      });
    case "command": {
      const command = needed("SPEECH_MODEL, the program and its arguments", model).split(/\s+/u);
      const [program = ""] = command;
      if (Bun.which(program) === null)
        throw new Error(`Cannot start: SPEECH_MODEL names the program '${program}', which is not on the PATH`);
      if (voice?.startsWith("-"))
        throw new Error("Cannot start: SPEECH_VOICE starts with '-', which a program takes for an option");
      return createCommandSpeaker({ command, voice: voice ?? "en" });
    }
  }
}
