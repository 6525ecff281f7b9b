import { Command, InvalidArgumentError, Option } from "commander";
import { type ContentFault, checkContents, openBlobReader } from "../blobs/mod.ts";
import { loadConfig } from "../config.ts";
import { checkChain, createCatalogue, hashAt, logSchemaFaults, verify } from "../event_log/mod.ts";
import { createRetention } from "../retention/mod.ts";
import { allEvents, allProjections, retentionRules } from "../server/registry.ts";
import { type CliContext, FoundWrong, type JsonOption, line } from "./context.ts";
import { describeDifference } from "./describe_difference.ts";
import { type LogDatabase, openLogDatabase } from "./log_database.ts";
import { collectAll } from "./log_point.ts";
import { type ProgressUpdate, withProgress } from "./progress.ts";

const PARTS = ["chain", "projections", "blobs"] as const;
type Part = (typeof PARTS)[number];

interface Options extends JsonOption {
  readonly only?: readonly string[];
  readonly anchor?: Anchor;
}

/** A hash that was stored elsewhere. */
interface Anchor {
  readonly position: number;
  readonly hash: string;
}

/** Creates `reelog verify`, which only reads and can run next to a running server. */
export function verifyCommand(context: CliContext): Command {
  return new Command("verify")
    .description("checks the hash chain, the read tables against the log, and the stored bytes against their hashes")
    .addOption(
      new Option("--only <part>", `only this part; may be repeated: ${PARTS.join(", ")}`)
        .argParser(collectParts)
        .default(undefined, "all"),
    )
    .option(
      "--anchor <position:hash>",
      "the log must still have this hash, which an earlier verify printed",
      parseAnchor,
    )
    .action(async ({ only = PARTS, anchor, json }: Options) => {
      using log = openLogDatabase(context);
      const checks: Record<Part, () => Promise<Check>> = {
        chain: () => chainFaults(log, { anchor, context }),
        projections: () => projectionFaults(log, context),
        blobs: () => blobFaults(log, context),
      };
      const wrong: Part[] = [];
      const result: Partial<Record<Part, object>> = {};
      for (const part of PARTS.filter((name) => only.includes(name))) {
        const { facts, good, faults } = await checks[part]();
        result[part] = { ...facts, faults };
        const lines = good === undefined ? faults : [good, ...faults];
        if (!json) for (const text of lines) line(context.stdout, `${part}: ${text}`);
        if (faults.length > 0) wrong.push(part);
      }
      if (json) line(context.stdout, JSON.stringify(result));
      if (wrong.length > 0) throw new FoundWrong(`Cannot confirm ${wrong.join(", ")}: see above`);
    });
}

/** The result of one part. */
interface Check {
  /** The figures, for programs. */
  readonly facts: object;
  /** The sentence about a part without faults; undefined when it has some. */
  readonly good?: string;
  readonly faults: readonly string[];
}

async function chainFaults(
  { db }: LogDatabase,
  { anchor, context }: { anchor: Anchor | undefined; context: CliContext },
): Promise<Check> {
  const schema = logSchemaFaults(db);
  const sentences = schema.map(({ sentence }) => sentence);
  // Without its tables there is no chain to follow.
  if (schema.some(({ isLost }) => isLost)) return { facts: {}, faults: sentences };
  const look = db.transaction((onProgress: ProgressUpdate) => {
    const checked = checkChain(db, { onProgress });
    const actual = anchor && Buffer.from(hashAt(db, anchor.position) ?? []).toString("hex");
    return { ...checked, isAnchored: actual === anchor?.hash };
  });
  const { events, head, broken, isAnchored } = await withProgress(
    { title: "Following the hash chain", output: context.stderr },
    (update) => look.deferred(update),
  );
  const facts = { events, head };
  if (broken) return { facts, faults: [...sentences, broken.sentence] };
  if (anchor && !isAnchored) {
    const other = `the log up to event ${anchor.position} does not match the anchor: its hash is another one`;
    return { facts, faults: [...sentences, other] };
  }
  const good = `${events} events, none changed, removed or put in; head ${head.position}:${head.hash}`;
  return { facts, good, faults: sentences };
}

async function projectionFaults({ path }: LogDatabase, context: CliContext): Promise<Check> {
  try {
    const { events, differences } = await withProgress({ title: "Verifying", output: context.stderr }, (onProgress) =>
      verify(path, allProjections, { catalogue: createCatalogue(allEvents), onProgress }),
    );
    const facts = { events, differences };
    if (differences.length === 0) return { facts, good: `every row is as the ${events} events say`, faults: [] };
    return { facts, faults: [...differences.map(describeDifference), "'bun run replay' builds them again"] };
  } catch (error) {
    // An unreadable event is a finding; the other parts must still be checked.
    return { facts: {}, faults: [error instanceof Error ? error.message : String(error)] };
  }
}

async function blobFaults({ db, dataDir }: LogDatabase, context: CliContext): Promise<Check> {
  await using blobs = await openBlobReader(loadConfig(context.env).blobStorage, dataDir);
  using retention = createRetention(db, retentionRules);
  const contents = retention.neededContents();
  const faults: ContentFault[] = [];
  await withProgress({ title: "Reading contents", output: context.stderr, unit: "contents" }, async (onChecked) => {
    for await (const fault of checkContents(blobs, contents, { onChecked })) {
      // A running server may have removed the content since the list was made.
      if (retention.useOf(fault.sha256) === "needed") faults.push(fault);
    }
  });
  const bytes = contents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const facts = { contents: contents.length, bytes };
  const good = `${contents.length} contents (${bytes} bytes), each as its hash says`;
  if (faults.length === 0) return { facts, good, faults: [] };
  return { facts, faults: faults.map(({ sha256, fault }) => `content ${sha256} is ${fault}`) };
}

function collectParts(text: string, before: readonly string[] | undefined): readonly string[] {
  if (PARTS.some((part) => part === text)) return collectAll(text, before);
  throw new InvalidArgumentError(`The parts are ${PARTS.join(", ")}.`);
}

function parseAnchor(text: string): Anchor {
  const [, position, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (position === undefined || hash === undefined) {
    throw new InvalidArgumentError("It must be a position and its hash, as verify prints them: 120:9f86d0….");
  }
  return { position: Number(position), hash: hash.toLowerCase() };
}
