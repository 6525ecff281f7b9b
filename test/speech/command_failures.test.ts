import { describe, expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { createCommandSpeaker } from "../../src/speech/command/command_speaker.ts";

const PROGRAM = fileURLToPath(new URL("./tone_program.ts", import.meta.url));
const LINE = { text: "Light for three nights.", speed: 1, language: null };

function speak(mode: string, { signal = new AbortController().signal, timeoutMs = 600_000 } = {}): Promise<unknown> {
  const speaker = createCommandSpeaker({ command: [process.execPath, PROGRAM, mode], voice: "en", timeoutMs });
  return speaker.speak(LINE, { signal }).catch((error: unknown) => error);
}

describe("speaker command", () => {
  test.each([
    ["fail", /ended with 3/],
    ["garbage", /not a WAV/],
    ["half", /cut off/],
    ["flood", /more than any spoken line/],
  ])("speak: a program that does '%s' is an error", async (mode, says) => {
    expect(await speak(mode)).toMatchObject({ code: "source_error", message: expect.stringMatching(says) });
  });

  test("speak: a program that hangs, with a child that holds its output, is a time-out", async () => {
    expect(await speak("hang", { timeoutMs: 500 })).toMatchObject({ code: "source_timeout" });
  });

  test("speak: a cancelled program ends with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("cancelled");
    const speaking = speak("hang", { signal: controller.signal });
    controller.abort(reason);
    expect(await speaking).toBe(reason);
  });

  test("speak: a program that is not there is an error", async () => {
    const speaker = createCommandSpeaker({ command: ["/nowhere/speak"], voice: "en" });
    const error: unknown = await speaker
      .speak(LINE, { signal: new AbortController().signal })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "source_error", message: expect.stringContaining("cannot be started") });
  });

  test("speak: the program does not see the server's secrets", async () => {
    process.env.SPEECH_API_KEY = "sk-secret";
    try {
      const command = [process.execPath, PROGRAM, "environment"];
      const speaker = createCommandSpeaker({ command, voice: "en" });
      const few = await speaker.speak(LINE, { signal: new AbortController().signal });
      // The program makes one tone of 0.3 s for each variable: PATH, HOME, TMPDIR, LANG and TZ at most.
      expect(few.samples.length / 48_000).toBeLessThanOrEqual(5 * 0.3);
    } finally {
      delete process.env.SPEECH_API_KEY;
    }
  });
});
