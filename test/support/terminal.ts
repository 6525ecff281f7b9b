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
  return inTerminal([process.execPath, MAIN, ...parameters], { env: { DATA_DIR: dataDir } });
}

/** Runs a command of `reelog` in a pseudo-terminal of this width. */
export function onNarrowTerminal(cols: number, dataDir: string, ...parameters: string[]): Promise<Screen> {
  return inTerminal([process.execPath, MAIN, ...parameters], { env: { DATA_DIR: dataDir }, size: { cols, rows: 200 } });
}

/** Starts the server in a pseudo-terminal, and interrupts it, as Ctrl+C does, once it has written this text. */
export function serverOnTerminal(env: Record<string, string>, until: string): Promise<Screen> {
  const keys = [{ after: until, type: "\u0003" }];
  return inTerminal([process.execPath, SERVER], { env: { PORT: "0", ...env }, keys });
}

/** Keys that are pressed once the program has written a text. */
export interface Keys {
  readonly after: string;
  readonly type: string;
}

interface TerminalOptions {
  readonly env: Record<string, string>;
  readonly size?: Size;
  readonly keys?: readonly Keys[];
}

/** Runs a program in a pseudo-terminal, and reads the screen when it has ended. */
export async function inTerminal(command: string[], { env, size = WIDE, keys = [] }: TerminalOptions): Promise<Screen> {
  const screen = new Terminal({ ...size, allowProposedApi: true });
  const decoder = new TextDecoder();
  let written = "";
  const ended = Promise.withResolvers<void>();
  let [pressed, seen] = [0, 0];
  const child = Bun.spawn(command, {
    env: { PATH: process.env.PATH ?? "", TERM: "xterm-256color", ...env },
    terminal: {
      ...size,
      data(terminal, bytes) {
        written += decoder.decode(bytes, { stream: true });
        const next = keys[pressed];
        const at = next === undefined ? -1 : written.indexOf(next.after, seen);
        if (next === undefined || at < 0) return;
        seen = at + next.after.length;
        pressed++;
        terminal.write(next.type);
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
