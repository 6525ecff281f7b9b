import { AppError } from "../../core/errors.ts";
import { shortageOf } from "../../core/shortage.ts";
import { checkedLine, tokensOf } from "../script.ts";
import { SPEECH_RATE, type Speaker } from "../speaker.ts";
import { vendorSound } from "../vendor_sound.ts";
import { estimatedSpans, wordsOf } from "../word_times.ts";

/** A program that reads a text from its standard input and writes a WAV to its standard output. */
export interface CommandOptions {
  /** The program and its arguments; `{voice}`, `{speed}` and `{wpm}` are filled in. */
  readonly command: readonly string[];
  readonly voice: string;
  /** The limit of one run. */
  readonly timeoutMs?: number;
}

/** The arguments of programs that need none in the setting. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  "espeak-ng": ["--stdin", "--stdout", "-v", "{voice}", "-s", "{wpm}"],
  espeak: ["--stdin", "--stdout", "-v", "{voice}", "-s", "{wpm}"],
};

/** Words per minute at speed 1, espeak's own default. */
const WORDS_PER_MINUTE = 175;
/** The largest accepted output: five minutes of stereo at 48 kHz. */
const MAX_OUTPUT_BYTES = 64 * 1024 ** 2;
const TIMEOUT_MS = 120_000;
/** The variables of the server's environment that the program sees; none holds a secret. */
const PASSED_ON = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"];

/** Creates a voice over a program that the operator named. It is started without a shell for each line. */
export function createCommandSpeaker({ command, voice, timeoutMs = TIMEOUT_MS }: CommandOptions): Speaker {
  const [program = "", ...given] = command;
  const args = given.length > 0 ? given : (KNOWN[program.split("/").at(-1) ?? ""] ?? []);
  return {
    provider: "command",
    model: command.join(" "),
    voice,
    voices: null,
    async speak(line, { signal }) {
      const { text, speed } = checkedLine(line);
      const filled = args.map((arg) =>
        arg
          .replaceAll("{voice}", () => line.voice ?? voice)
          .replaceAll("{speed}", String(speed))
          .replaceAll("{wpm}", String(Math.round(speed * WORDS_PER_MINUTE))),
      );
      const output = await run([program, ...filled], { input: `${text}\n`, signal, timeoutMs });
      const samples = vendorSound(output);
      const tokens = tokensOf(text);
      const seconds = samples.length / SPEECH_RATE;
      return {
        samples,
        words: wordsOf(tokens, estimatedSpans(tokens, samples), { seconds, timing: "estimated" }),
        cost: 0,
      };
    },
    close: async () => {},
  };
}

/**
 * Runs the program and returns its output.
 *
 * @throws {AppError} `source_error` when it fails or floods; `source_timeout`; `unavailable` for a shortage
 */
async function run(
  command: string[],
  { input, signal, timeoutMs }: { readonly input: string; readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const child = start(command, input);
  const ended = new AbortController();
  const stop = () => {
    ended.abort();
    killGroup(child.pid);
  };
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const output = await readAtMost(child.stdout, ended.signal);
    if (output === null) throw failure("it wrote more than any spoken line has");
    const code = await exitCode(child, ended.signal);
    if (code !== 0) throw failure(`it ended with ${code ?? "a signal"}`);
    return output;
  } catch (error) {
    signal.throwIfAborted();
    if (ended.signal.aborted) {
      throw new AppError(
        "source_timeout",
        `Cannot speak the line: the program in SPEECH_MODEL did not end within ${timeoutMs / 1000} s`,
      );
    }
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    killGroup(child.pid);
  }
}

function start(command: string[], input: string) {
  try {
    return Bun.spawn(command, {
      stdin: new Blob([input]),
      stdout: "pipe",
      stderr: "ignore",
      // A group of its own, so that what it starts ends with it.
      detached: true,
      cwd: "/",
      env: Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    });
  } catch (error) {
    const reason = shortageOf(error);
    if (reason !== undefined) throw new AppError("unavailable", `Cannot speak the line: ${reason}`);
    throw failure("it cannot be started");
  }
}

/** Reads to the end; null beyond the limit. A grandchild may hold the pipe open, so an abort ends the reading. */
async function readAtMost(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<Uint8Array | null> {
  const reader = stream.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) return Buffer.concat(pieces);
    size += value.byteLength;
    if (size > MAX_OUTPUT_BYTES) return null;
    pieces.push(value);
  }
}

async function exitCode(
  child: { readonly exited: Promise<number>; readonly exitCode: number | null },
  signal: AbortSignal,
) {
  await Promise.race([
    child.exited,
    new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true })),
  ]);
  signal.throwIfAborted();
  return child.exitCode;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended.
  }
}

function failure(why: string): AppError {
  return new AppError("source_error", `Cannot speak the line: the program in SPEECH_MODEL failed: ${why}`);
}
