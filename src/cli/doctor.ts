import { constants, existsSync, statfsSync, statSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { type Config, loadConfig, VARIABLES } from "../config.ts";
import { isProcessLocked } from "../database/mod.ts";
import { sandboxLevel } from "../processes/mod.ts";
import { unknownVariables } from "../unknown_variables.ts";
import { type CliContext, FoundWrong, type JsonOption, showResult } from "./context.ts";
import { bytesText } from "./table.ts";

/** Free bytes below which a disk is called small. */
const ROOM = 1024 ** 3;

/** A finding about this machine. */
interface Finding {
  readonly subject: string;
  readonly verdict: "ok" | "warning" | "fault";
  /** The finding, and the advice if it is a problem. */
  readonly text: string;
}

/** Creates `reelog doctor`: exit status 1 when a server could not work here. */
export function doctorCommand(context: CliContext): Command {
  return new Command("doctor")
    .description("checks this machine, the settings and DATA_DIR, and says what to do about what is wrong")
    .action(async ({ json }: JsonOption) => {
      const findings = await examine(context.env);
      const lines = findings.map(({ subject, verdict, text }) => `${verdict.padEnd(8)} ${subject.padEnd(10)} ${text}`);
      showResult(context, { json, result: { findings }, lines });
      const faults = findings.filter(({ verdict }) => verdict === "fault").length;
      if (faults > 0) throw new FoundWrong(`Cannot run a server here: ${faults} of the findings above are faults`);
    });
}

async function examine(env: CliContext["env"]): Promise<Finding[]> {
  const findings = [runtime(), user(), sandbox(), ...(await decoders()), ...misspelt(env)];
  try {
    const config = loadConfig(env);
    findings.push({ subject: "settings", verdict: "ok", text: "every setting can be read" });
    const isRunning = isProcessLocked(join(config.dataDir, "server.lock"));
    return [...findings, await directory(config), disk(config), port(config, isRunning)];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [...findings, { subject: "settings", verdict: "fault", text }];
  }
}

function runtime(): Finding {
  const wanted = packageJson.engines.bun;
  const text = `Bun ${Bun.version} on ${process.platform} ${process.arch}`;
  if (Bun.version === wanted) return { subject: "runtime", verdict: "ok", text };
  return {
    subject: "runtime",
    verdict: "warning",
    text: `${text}; Reelog is tested with Bun ${wanted}: install that one`,
  };
}

function user(): Finding {
  if (process.getuid?.() !== 0) return { subject: "user", verdict: "ok", text: "not root" };
  return { subject: "user", verdict: "warning", text: "root, which Reelog does not need: run it as a user of its own" };
}

function sandbox(): Finding {
  const level = sandboxLevel();
  if (level === "files") return { subject: "sandbox", verdict: "ok", text: "files: the strongest level" };
  const text = `${level}: weaker than possible; it needs Linux 6.2 or later with Landlock and seccomp`;
  return { subject: "sandbox", verdict: "warning", text };
}

/** Loads the native libraries, which an incomplete or foreign installation lacks. */
async function decoders(): Promise<Finding[]> {
  const libraries = {
    sharp: () => import("sharp"),
    canvas: () => import("@napi-rs/canvas"),
    webcodecs: () => import("@napi-rs/webcodecs"),
  };
  const loaded = Object.entries(libraries).map(async ([subject, load]): Promise<Finding> => {
    try {
      await load();
      return { subject, verdict: "ok", text: "loads" };
    } catch (error) {
      const why = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
      return { subject, verdict: "fault", text: `does not load: ${why}; install again: bun install --frozen-lockfile` };
    }
  });
  return await Promise.all(loaded);
}

function misspelt(env: CliContext["env"]): Finding[] {
  return unknownVariables(Object.keys(env), VARIABLES).map(({ variable, similar }) => ({
    subject: "settings",
    verdict: "warning",
    text: `${variable} is not a setting${similar === undefined ? "" : `; did you mean ${similar}?`}`,
  }));
}

async function directory({ dataDir }: Config): Promise<Finding> {
  const path = resolve(dataDir);
  const subject = "DATA_DIR";
  try {
    const existing = nearest(path);
    await access(existing, constants.W_OK | constants.X_OK);
    if (!statSync(existing).isDirectory()) throw new Error("ENOTDIR");
    return { subject, verdict: "ok", text: existsSync(path) ? path : `${path}, which the first start makes` };
  } catch {
    return {
      subject,
      verdict: "fault",
      text: `${path} cannot be written to: make it a directory of this user, or choose another`,
    };
  }
}

function disk({ dataDir }: Config): Finding {
  const { bavail, bsize } = statfsSync(nearest(resolve(dataDir)));
  const text = `${bytesText(bavail * bsize)} free`;
  if (bavail * bsize >= ROOM) return { subject: "disk", verdict: "ok", text };
  return { subject: "disk", verdict: "warning", text: `${text}: make room, or lower TRASH_MB and TRASH_HOURS` };
}

function port({ host, port }: Config, isRunning: boolean): Finding {
  const text = `PORT ${port} on HOST ${host}`;
  if (isRunning) return { subject: "server", verdict: "ok", text: "runs on this DATA_DIR" };
  try {
    Bun.listen({ hostname: host, port, socket: { data() {} } }).stop(true);
    return { subject: "server", verdict: "ok", text: `not running; ${text} is free` };
  } catch {
    return {
      subject: "server",
      verdict: "fault",
      text: `not running, and cannot listen on ${text}: choose another PORT`,
    };
  }
}

/** Returns the path, or the nearest directory above it that exists. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
