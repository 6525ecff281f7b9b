import { Command, InvalidArgumentError, Option } from "commander";
import { type ContentFault, checkContents, openBlobReader } from "../blobs/mod.ts";
import { loadConfig } from "../config.ts";
import { checkChain, createCatalogue, hashAt, logSchemaFaults, verify } from "../event_log/mod.ts";
import { createRetention } from "../retention/mod.ts";
import { allEvents, allProjections, retentionRules } from "../server/registry.ts";
import { type CliContext, FoundWrong, line } from "./context.ts";
import { describeDifference } from "./describe_difference.ts";
import { type LogDatabase, openLogDatabase } from "./log_database.ts";
import { collectAll } from "./log_point.ts";
import { type ProgressUpdate, withProgress } from "./progress.ts";

const PARTS = ["chain", "projections", "blobs"] as const;
type Part = (typeof PARTS)[number];

interface Options {
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
    .action(async ({ only = PARTS, anchor }: Options) => {
      using log = openLogDatabase(context);
      const checks: Record<Part, () => Promise<string[]>> = {
        chain: () => chainFaults(log, { anchor, context }),
        projections: () => projectionFaults(log, context),
        blobs: () => blobFaults(log, context),
      };
      const wrong: Part[] = [];
      for (const part of PARTS.filter((name) => only.includes(name))) {
        const faults = await checks[part]();
        for (const fault of faults) line(context.stdout, `${part}: ${fault}`);
        if (faults.length > 0) wrong.push(part);
      }
      if (wrong.length > 0) throw new FoundWrong(`Cannot confirm ${wrong.join(", ")}: see above`);
    });
}

async function chainFaults(
  { db }: LogDatabase,
  { anchor, context }: { anchor: Anchor | undefined; context: CliContext },
): Promise<string[]> {
  const schema = logSchemaFaults(db);
  const sentences = schema.map(({ sentence }) => sentence);
  // Without its tables there is no chain to follow.
  if (schema.some(({ isLost }) => isLost)) return sentences;
  const look = db.transaction((onProgress: ProgressUpdate) => {
    const checked = checkChain(db, { onProgress });
    const actual = anchor && Buffer.from(hashAt(db, anchor.position) ?? []).toString("hex");
    return { ...checked, isAnchored: actual === anchor?.hash };
  });
  const { events, head, broken, isAnchored } = await withProgress(
    { title: "Following the hash chain", output: context.stderr },
    (update) => look.deferred(update),
  );
  if (broken) return [...sentences, broken.sentence];
  if (anchor && !isAnchored) {
    return [...sentences, `the log up to event ${anchor.position} does not match the anchor: its hash is another one`];
  }
  line(context.stdout, `chain: ${events} events, none changed, removed or put in; head ${head.position}:${head.hash}`);
  return sentences;
}

async function projectionFaults({ path }: LogDatabase, context: CliContext): Promise<string[]> {
  try {
    const { events, differences } = await withProgress({ title: "Verifying", output: context.stderr }, (onProgress) =>
      verify(path, allProjections, { catalogue: createCatalogue(allEvents), onProgress }),
    );
    if (differences.length > 0) return [...differences.map(describeDifference), "'bun run replay' builds them again"];
    line(context.stdout, `projections: every row is as the ${events} events say`);
    return [];
  } catch (error) {
    // An unreadable event is a finding; the other parts must still be checked.
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function blobFaults({ db, dataDir }: LogDatabase, context: CliContext): Promise<string[]> {
  await using blobs = openBlobReader(loadConfig(context.env).blobStorage, dataDir);
  using retention = createRetention(db, retentionRules);
  const contents = retention.neededContents();
  const faults: ContentFault[] = [];
  await withProgress({ title: "Reading contents", output: context.stderr, unit: "contents" }, async (onChecked) => {
    for await (const fault of checkContents(blobs, contents, { onChecked })) {
      // A running server may have removed the content since the list was made.
      if (retention.useOf(fault.sha256) === "needed") faults.push(fault);
    }
  });
  if (faults.length > 0) return faults.map(({ sha256, fault }) => `content ${sha256} is ${fault}`);
  const bytes = contents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  line(context.stdout, `blobs: ${contents.length} contents (${bytes} bytes), each as its hash says`);
  return [];
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
