import { statfsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { type Config, loadConfig } from "../config.ts";
import { isProcessLocked } from "../database/mod.ts";
import { recordedAtOf } from "../event_log/mod.ts";
import { VERSION } from "../version.ts";
import { type CliContext, FoundWrong, type JsonOption, showResult } from "./context.ts";
import { openLogDatabase } from "./log_database.ts";
import { sizeOf, type Todo, todoOf } from "./stats.ts";
import { ageText, bytesText } from "./table.ts";

/** The limit for an answer of the server, in milliseconds. */
const ANSWER_MS = 5_000;

/** The state of a data directory and its server. */
interface Status {
  readonly version: string;
  readonly dataDir: string;
  /** True while a server uses the directory. */
  readonly isRunning: boolean;
  /** The URL by HOST and PORT, and the answer of its `/health/ready`. */
  readonly url: string | null;
  readonly health: "ready" | "not ready" | "no answer" | null;
  readonly events: number;
  readonly lastEventAt: string | null;
  /** Bytes of the log with the read tables, and free bytes on its disk. */
  readonly bytes: number;
  readonly freeBytes: number;
  readonly todo: readonly Todo[];
}

/** Creates `reelog status`: exit status 1 when a server runs and is not ready. */
export function statusCommand(context: CliContext): Command {
  return new Command("status")
    .description("shows whether a server runs and is ready, the head of the log, the disk, and what waits to be done")
    .action(async ({ json }: JsonOption) => {
      const status = await readStatus(context);
      showResult(context, { json, result: status, lines: textOf(status) });
      if (status.health === "not ready" || status.health === "no answer") {
        throw new FoundWrong(`Cannot confirm that the server is ready: ${status.url} gives ${status.health}`);
      }
    });
}

async function readStatus(context: CliContext): Promise<Status> {
  const config = loadConfig(context.env);
  using log = openLogDatabase(context);
  const events = await log.log.head();
  const isRunning = isProcessLocked(join(config.dataDir, "server.lock"));
  const url = isRunning ? urlOf(config) : null;
  const { bavail, bsize } = statfsSync(log.path);
  return {
    version: VERSION,
    dataDir: resolve(config.dataDir),
    isRunning,
    url,
    health: url === null ? null : await healthOf(url),
    events,
    lastEventAt: recordedAtOf(log.db, events)?.toISOString() ?? null,
    bytes: sizeOf(log.path),
    freeBytes: bavail * bsize,
    todo: todoOf(log.db),
  };
}

/** Returns the URL of a server with these settings; null when it listens on a port of its choice. */
function urlOf({ host, port }: Config): string | null {
  if (port === 0) return null;
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

async function healthOf(url: string): Promise<Status["health"]> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => null);
  return answer === null ? "no answer" : answer.ok ? "ready" : "not ready";
}

function textOf({ url, health, isRunning, todo, ...status }: Status): string[] {
  const waiting = todo.filter(({ rows }) => rows > 0);
  const last =
    status.lastEventAt === null ? "" : `, the last ${ageText(Date.now() - Date.parse(status.lastEventAt))} ago`;
  const rows = [
    ["Version", status.version],
    ["Data", status.dataDir],
    ["Server", isRunning ? `running${url === null ? "" : `: ${url} is ${health}`}` : "not running"],
    ["Log", `${status.events} events${last}; ${bytesText(status.bytes)} with the read tables`],
    ["Disk", `${bytesText(status.freeBytes)} free`],
    ["Waiting", waiting.length === 0 ? "nothing" : waiting.map(waitingText).join(", ")],
  ];
  return rows.map(([name = "", text = ""]) => `${name.padEnd(8)} ${text}`);
}

function waitingText({ table, rows, oldestMs }: Todo): string {
  return `${rows} in ${table}${oldestMs === null ? "" : ` (the oldest for ${ageText(oldestMs)})`}`;
}
