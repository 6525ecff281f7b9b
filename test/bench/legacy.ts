import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Benchmark, growth } from "./benchmark.ts";
import { processMemory } from "./process_memory.ts";
import { temporaryDirectory } from "./stores.ts";

const MIB = 1024 ** 2;
const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

/** The memory of an import of a gigabyte beyond one of a few bytes: at most one value is held, of 100 MB here. */
export const legacyBenchmark: Benchmark = {
  what: "import-legacy, peak RSS at a file of 1 GB",
  against: "at one of 10 MB",
  figure: growth,
  goal: 160,
  floor: 256,
  rounds: 3,
  async open() {
    const directory = temporaryDirectory();
    const large = oldFile(`${directory.path}/large.db`, { assets: 10, bytes: 100 * MIB });
    const small = oldFile(`${directory.path}/small.db`, { assets: 10, bytes: MIB });
    let seconds = 0;
    let largeSeconds = 0;

    /** The peak of the importer's own process, in bytes. */
    async function peakOf(path: string): Promise<number> {
      const dataDir = `${directory.path}/data`;
      rmSync(dataDir, { recursive: true, force: true });
      const begin = performance.now();
      const importing = Bun.spawn([process.execPath, MAIN, "import-legacy", path], {
        env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir },
        stdout: "ignore",
        stderr: "ignore",
      });
      let peak = 0;
      while (importing.exitCode === null) {
        peak = Math.max(peak, peakSoFar(importing.pid));
        await Bun.sleep(10);
      }
      if (importing.exitCode !== 0) throw new Error(`Cannot compare: the import of ${path} failed`);
      seconds = (performance.now() - begin) / 1_000;
      return peak;
    }

    return {
      ours: async () => {
        const peak = await peakOf(large);
        largeSeconds = seconds;
        return peak;
      },
      theirs: () => peakOf(small),
      note: (ours, theirs) =>
        `${(ours / MIB).toFixed(0)} MiB against ${(theirs / MIB).toFixed(0)}, 1 GB in ${largeSeconds.toFixed(1)} s`,
      async [Symbol.asyncDispose]() {
        directory[Symbol.dispose]();
      },
    };
  },
};

/** 0 once the process has ended; for a moment Linux still lists it, without its memory. */
function peakSoFar(pid: number): number {
  try {
    return processMemory(pid).peak() || 0;
  } catch {
    return 0;
  }
}

/** An old database with sounds in it, each of another content. */
function oldFile(path: string, { assets, bytes }: { assets: number; bytes: number }): string {
  using db = new Database(path, { create: true });
  db.run("CREATE TABLE assets (id TEXT PRIMARY KEY, name TEXT, asset_type TEXT, blob_data BLOB)");
  const sound = wave(bytes);
  for (let index = 0; index < assets; index++) {
    sound[sound.length - 1] = index;
    db.query("INSERT INTO assets VALUES (?, ?, 'audio', ?)").run(`a${index}`, `Sound ${index}`, sound);
  }
  return path;
}

/** Silence as 16-bit mono PCM at 48 kHz (RIFF WAVE). */
function wave(bytes: number): Uint8Array {
  const file = new Uint8Array(bytes);
  const view = new DataView(file.buffer);
  const text = (at: number, word: string) => file.set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  view.setUint32(4, bytes - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 48_000, true);
  view.setUint32(28, 96_000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, bytes - 44, true);
  return file;
}
