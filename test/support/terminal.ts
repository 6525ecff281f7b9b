import { join } from "node:path";
import { Terminal } from "@xterm/headless";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

/** The screen of a terminal after a command, as a person sees it. */
export interface Screen {
  readonly status: number;
  /** The lines that are not empty, from the top, without trailing spaces. */
  readonly lines: readonly string[];
  /** The output, with its control sequences. */
  readonly written: string;
}

/** Runs a command of `reelog` in a pseudo-terminal and reads the screen when it has ended. */
export async function onTerminal(dataDir: string, ...parameters: string[]): Promise<Screen> {
  const size = { cols: 240, rows: 50 };
  const screen = new Terminal({ ...size, allowProposedApi: true });
  const decoder = new TextDecoder();
  let written = "";
  const ended = Promise.withResolvers<void>();
  const child = Bun.spawn([process.execPath, MAIN, ...parameters], {
    env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir, TERM: "xterm-256color" },
    terminal: {
      ...size,
      data(_, bytes) {
        written += decoder.decode(bytes, { stream: true });
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
