import { fileURLToPath } from "node:url";
import { createCommandSpeaker } from "../../src/speech/command/command_speaker.ts";
import { createElevenLabsSpeaker } from "../../src/speech/elevenlabs/elevenlabs_speaker.ts";
import { createFliteSpeaker } from "../../src/speech/flite/flite_speaker.ts";
import type { Speaker } from "../../src/speech/mod.ts";
import { createOpenAISpeaker } from "../../src/speech/openai/openai_speaker.ts";
import { testSpeaker } from "./conformance.ts";
import { startSpeechServer } from "./speech_server.ts";

/** The program of the voice `command`. */
const PROGRAM = fileURLToPath(new URL("./tone_program.ts", import.meta.url));

async function withServer(hasCaptions: boolean, create: (url: string) => Speaker) {
  const server = startSpeechServer({ hasCaptions });
  return { speaker: create(server.url), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

testSpeaker("flite", async () => {
  const speaker = createFliteSpeaker("slt", { timeLimitMs: 900_000, startLimitMs: 300_000 });
  return { speaker, [Symbol.asyncDispose]: () => speaker.close() };
});

for (const hasCaptions of [true, false]) {
  testSpeaker(`openai ${hasCaptions ? "with" : "without"} captions`, () =>
    withServer(hasCaptions, (url) =>
      createOpenAISpeaker({ baseUrl: `${url}/v1`, apiKey: null, model: "kokoro", voice: "af_sky" }),
    ),
  );
}

testSpeaker("elevenlabs", () =>
  withServer(false, (url) => createElevenLabsSpeaker({ baseUrl: url, apiKey: "key", voice: "rachel" })),
);

testSpeaker("command", async () => {
  const speaker = createCommandSpeaker({ command: [process.execPath, PROGRAM, "speak", "{speed}"], voice: "en" });
  return { speaker, [Symbol.asyncDispose]: () => speaker.close() };
});
