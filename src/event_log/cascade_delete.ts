import { AppError } from "../core/errors.ts";
import { type EventLog, type EventMetadata, ownerUnchanged, type StreamWrite, VersionConflict } from "./mod.ts";

/** Something that would be left behind if what it belongs to were deleted. */
export interface Dependent {
  readonly kind: "open job" | "asset" | "campaign";
  readonly id: string;
  /** Decides what ends it. */
  readonly plan: () => Promise<StreamWrite>;
}

/** What is deleted, and with what. */
export interface CascadeDeleteOptions {
  readonly log: EventLog;
  readonly metadata: EventMetadata;
  /** For people, e.g. `the client`. */
  readonly what: string;
  /** Decides the deletion of the thing itself. */
  readonly plan: () => Promise<StreamWrite>;
  /** Everything that belongs to it now, in the order in which it has to go; each once. */
  readonly dependents: () => readonly Dependent[];
  /** Types of events that can add something that belongs to it. */
  readonly joins: readonly string[];
  /** Whether what belongs to it goes, too. */
  readonly cascade: boolean;
}

/** After so many changes by others in a row the caller is told so. */
const ATTEMPTS = 12;

/**
 * Deletes a thing, and with `cascade` all that belongs to it: everything in one append, or nothing.
 *
 * @throws {AppError} `conflict` when something belongs to it and `cascade` is not set, or when others kept changing it;
 *   and what the plans throw, such as `not_found`
 */
export async function cascadeDelete(options: CascadeDeleteOptions): Promise<void> {
  const { log, metadata, what, dependents, joins } = options;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const nothingJoined = await ownerUnchanged(log, metadata.owner, joins);
    const found = dependents();
    const planned = await planAll(options, found);
    // A refusal counts only if it rests on what is there now.
    if (!Bun.deepEquals(idsOf(found), idsOf(dependents()))) continue;
    if (planned instanceof AppError) throw planned;
    try {
      await log.append(planned, metadata, { conditions: [nothingJoined] });
      return;
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      // Rivals that lost together must not plan and lose together again.
      await Bun.sleep(Math.random() * 2 ** Math.min(attempt, 6));
    }
  }
  throw new AppError("conflict", `Cannot delete ${what}: others keep changing what belongs to it`);
}

/** All writes, or why there can be none; the reason counts only if nothing has changed meanwhile. */
async function planAll(
  { what, plan, cascade }: CascadeDeleteOptions,
  found: readonly Dependent[],
): Promise<StreamWrite[] | AppError> {
  try {
    // First of all the thing itself, so that what is not there is `not_found`, whatever belongs to it.
    const self = await plan();
    if (!cascade && found.length > 0) return stillUsed(what, found);
    const writes: StreamWrite[] = [];
    for (const dependant of found) writes.push(await dependant.plan());
    return [...writes, self];
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function stillUsed(what: string, found: readonly Dependent[]): AppError {
  const counts = [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, of]) => ({ kind, count: of.length }));
  const named = counts.map(({ kind, count }) => `${count} ${kind}${count === 1 ? "" : "s"}`);
  const text = new Intl.ListFormat("en").format(named);
  const ends = new Intl.ListFormat("en").format(counts.map(({ kind, count }) => ENDS[kind](count)));
  const jobIds = found.filter(({ kind }) => kind === "open job").map(({ id }) => id);
  const details = {
    ...Object.fromEntries(counts.map(({ kind, count }) => [DETAIL[kind], count])),
    ...(jobIds.length > 0 && { jobIds: jobIds.slice(0, MOST_IDS) }),
  };
  return new AppError("conflict", `Cannot delete ${what}: it still has ${text}; ?cascade=true ${ends}`, details);
}

/** More ids than this are no use to a person who reads an error. */
export const MOST_IDS = 100;

const ENDS = {
  "open job": (count: number) => `cancels the job${count === 1 ? "" : "s"}`,
  asset: (count: number) => `deletes the asset${count === 1 ? "" : "s"}`,
  campaign: (count: number) => `deletes the campaign${count === 1 ? "" : "s"}`,
} as const;

const DETAIL = { "open job": "openJobs", asset: "assets", campaign: "campaigns" } as const;

function idsOf(dependents: readonly Dependent[]): string[] {
  return dependents.map(({ kind, id }) => `${kind} ${id}`);
}
