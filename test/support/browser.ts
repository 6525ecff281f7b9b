import { Database } from "bun:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packaged from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** A Chromium that starts on this machine. */
interface Executable {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

/** The machine's own Chromium, else the one of the npm package; undefined where neither starts. */
const found = ownChromium() ?? (await packagedChromium());

/** False on a machine where no browser starts: its tests are skipped, and fail in CI. */
export const hasBrowser: boolean = found !== undefined;

if (!found) {
  const advice = "Tests in a browser are skipped: install Debian's package chromium, or use Linux on x86-64";
  if (process.env.CI === "true") throw new Error(advice);
  console.warn(advice);
}

/** Starts a browser; close it after the tests. */
export async function launchBrowser(): Promise<Browser> {
  if (!found) throw new Error("Cannot start a browser: none was found");
  return await chromium.launch({ executablePath: found.path, args: [...found.args], env: found.env });
}

function ownChromium(): Executable | undefined {
  const path = Bun.which("chromium") ?? Bun.which("google-chrome");
  return path !== null && starts(path, ownEnv()) ? { path, args: ARGS, env: ownEnv() } : undefined;
}

/** The package unpacks a headless shell, and the libraries that a bare machine lacks, into the temporary directory. */
async function packagedChromium(): Promise<Executable | undefined> {
  // Test files run in several processes, which must not unpack over each other. The lock ends with its holder.
  using lock = new Database(join(tmpdir(), "reelog-chromium.lock"));
  lock.run("PRAGMA busy_timeout = 60000");
  lock.run("BEGIN EXCLUSIVE");
  try {
    packaged.setGraphicsMode = false;
    // On the platform that the package is made for it unpacks the libraries, too.
    process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x";
    const path = await packaged.executablePath();
    delete process.env.AWS_EXECUTION_ENV;
    const libraries = join(tmpdir(), "al2023", "lib");
    const withLibraries = { ...ownEnv(), LD_LIBRARY_PATH: libraries };
    const env = starts(path, ownEnv()) ? ownEnv() : withLibraries;
    const args = [...ARGS, "--headless=shell", "--no-zygote"];
    return starts(path, env) ? { path, args, env } : undefined;
  } catch {
    // Not for this platform, or the temporary directory is full.
    return undefined;
  }
}

function starts(path: string, env: Record<string, string>): boolean {
  return Bun.spawnSync([path, "--version"], { env, stdout: "ignore", stderr: "ignore" }).success;
}

function ownEnv(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
