import { Command, InvalidArgumentError, Option } from "commander";
import {
  type ApiKeyQueries,
  type ApiKeyRow,
  accessSlice,
  createApiKeyQueries,
  issueKey,
  revokeKey,
  SCOPES,
  type Scope,
  statusOf,
} from "../access/mod.ts";
import { loadConfig } from "../config.ts";
import {
  createCatalogue,
  createInMemoryProjections,
  type EventLog,
  existingDatabase,
  openStore,
} from "../event_log/mod.ts";
import { allEvents, allProjections } from "../server/registry.ts";
import { type CliContext, type JsonOption, line, showResult, UsageError } from "./context.ts";
import { openLogDatabase } from "./log_database.ts";
import { tableLines } from "./table.ts";

interface CreateOptions extends JsonOption {
  readonly owner: string;
  readonly label?: string;
  readonly scope: Scope;
  readonly expires?: number;
}

const MS_OF = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const LONGEST_MS = 3_660 * MS_OF.d;

/** Creates `reelog keys`. A running server applies its changes within a second. */
export function keysCommand(context: CliContext): Command {
  return new Command("keys")
    .description("issues, lists and revokes API keys; once there is one, every request needs a key")
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context));
}

function createCommand(context: CliContext): Command {
  return new Command("create")
    .description("issues a key and prints it once")
    .requiredOption(
      "--owner <name>",
      "the owner whose data it gives access to; `local` owns what was made without keys",
    )
    .option("--name, --label <name>", "a name for the key")
    .addOption(
      new Option("--scope <scope>", "read: GET and HEAD; write: everything of the owner; admin: also /metrics")
        .choices(SCOPES)
        .default("write"),
    )
    .option("--expires <time>", "how long it is valid, e.g. 12h or 90d; default: for ever", milliseconds)
    .action(async ({ owner, label, scope, expires, json }: CreateOptions) => {
      const expiresAt = expires === undefined ? null : new Date(Date.now() + expires);
      await withKeys(context, async ({ log }) => {
        const { id, key } = await issueKey(log, { owner, label: label ?? null, scope, expiresAt });
        const result = { id, key, owner, label: label ?? null, scope, expiresAt };
        showResult(context, { json, result, lines: [key] });
        const until = expiresAt === null ? "" : ` until ${expiresAt.toISOString()}`;
        line(context.stderr, `Issued key ${id} of ${owner} with scope ${scope}${until}; it is shown only this once`);
      });
    });
}

function listCommand(context: CliContext): Command {
  return new Command("list")
    .description("lists all keys ever issued, oldest first")
    .option("--json", "one key a line, in JSON, for programs")
    .action(async ({ json }: JsonOption) => {
      const now = new Date();
      const keys = (await issuedKeys(context)).map((row) => ({
        id: row.id,
        owner: row.owner,
        scope: row.scope,
        status: statusOf(row, now),
        issuedAt: row.createdAt,
        expiresAt: row.expiresAt,
        label: row.label,
      }));
      const head = ["ID", "OWNER", "SCOPE", "STATUS", "ISSUED", "EXPIRES", "LABEL"];
      const rows = keys.map(({ expiresAt, label, ...key }) => [
        ...Object.values(key),
        expiresAt ?? "never",
        label ?? "",
      ]);
      const lines = json ? keys.map((key) => JSON.stringify(key)) : tableLines(head, rows, context.stdout);
      for (const text of lines) line(context.stdout, text);
    });
}

/** Reads the keys from the log, because the read tables may be of another release. */
async function issuedKeys(context: CliContext): Promise<readonly ApiKeyRow[]> {
  using database = openLogDatabase(context);
  using tables = createInMemoryProjections(accessSlice.projections);
  const types = accessSlice.events.map(({ type }) => type);
  const events = await database.log.read({ after: 0, limit: Number.MAX_SAFE_INTEGER, types });
  return tables.after(events, () => createApiKeyQueries(tables.read).all());
}

function revokeCommand(context: CliContext): Command {
  return new Command("revoke")
    .description("revokes a key, which also ends its open streams")
    .argument("<id>", "the id that `keys list` shows")
    .action(async (id: string, { json }: JsonOption) => {
      if (id.startsWith("rlg_"))
        throw new UsageError("Cannot revoke by the key itself: use its id, which 'keys list' shows");
      existingDatabase(loadConfig(context.env).dataDir);
      await withKeys(context, async ({ log, queries }) => {
        await revokeKey(log, queries, id);
        showResult(context, { json, result: { id, status: "revoked" }, lines: [`Revoked key ${id}`] });
      });
    });
}

async function withKeys(
  { env }: CliContext,
  work: (keys: { log: EventLog; queries: ApiKeyQueries }) => Promise<void>,
): Promise<void> {
  const { dataDir } = loadConfig(env);
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  try {
    await work({ log: store.log, queries: createApiKeyQueries(store.read) });
  } finally {
    store.close();
  }
}

function milliseconds(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([mhdw])$/.exec(text) ?? [];
  const ms = unit === "m" || unit === "h" || unit === "d" || unit === "w" ? Number(count) * MS_OF[unit] : Number.NaN;
  if (!(ms <= LONGEST_MS)) throw new InvalidArgumentError("It must be a time such as 30m, 12h, 90d or 2w.");
  return ms;
}
