import { join } from "node:path";
import { Terminal } from "@xterm/headless";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");
const SERVER = join(import.meta.dir, "../../src/main.ts");

/** The screen of a terminal after a command, as a person sees it. */
export interface Screen {
  readonly status: number;
  /** The lines that are not empty, from the top, without trailing spaces. */
  readonly lines: readonly string[];
  /** The output, with its control sequences. */
  readonly written: string;
}

/** A size in characters. */
interface Size {
  readonly cols: number;
  readonly rows: number;
}

const WIDE: Size = { cols: 240, rows: 50 };

/** Runs a command of `reelog` in a pseudo-terminal and reads the screen when it has ended. */
export function onTerminal(dataDir: string, ...parameters: string[]): Promise<Screen> {
  return inTerminal([MAIN, ...parameters], { env: { DATA_DIR: dataDir } });
}

/** Runs a command of `reelog` in a pseudo-terminal of this width. */
export function onNarrowTerminal(cols: number, dataDir: string, ...parameters: string[]): Promise<Screen> {
  return inTerminal([MAIN, ...parameters], { env: { DATA_DIR: dataDir }, size: { cols, rows: 200 } });
}

/** Starts the server in a pseudo-terminal, and interrupts it, as Ctrl+C does, once it has written this text. */
export function serverOnTerminal(env: Record<string, string>, until: string): Promise<Screen> {
  return inTerminal([SERVER], { env: { PORT: "0", ...env }, until });
}

interface TerminalOptions {
  readonly env: Record<string, string>;
  readonly size?: Size;
  readonly until?: string;
}

async function inTerminal(
  parameters: readonly string[],
  { env, size = WIDE, until }: TerminalOptions,
): Promise<Screen> {
  const screen = new Terminal({ ...size, allowProposedApi: true });
  const decoder = new TextDecoder();
  let written = "";
  const ended = Promise.withResolvers<void>();
  let isInterrupted = false;
  const child = Bun.spawn([process.execPath, ...parameters], {
    env: { PATH: process.env.PATH ?? "", TERM: "xterm-256color", ...env },
    terminal: {
      ...size,
      data(terminal, bytes) {
        written += decoder.decode(bytes, { stream: true });
        if (until === undefined || isInterrupted || !written.includes(until)) return;
        isInterrupted = true;
        terminal.write("\u0003");
      },
      exit: () => ended.resolve(),
    },
  });
  const status = await child.exited;
  child.terminal?.close();
  await ended.promise;
  await new Promise<void>((resolve) => screen.write(written, resolve));
  const rows = Array.from({ length: size.rows }, (_, row) =>
    screen.buffer.active.getLine(row)?.translateToString(true),
  );
  screen.dispose();
  return { status, lines: rows.flatMap((text) => (text ? [text] : [])), written };
}
