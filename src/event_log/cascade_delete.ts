import { AppError } from "../core/errors.ts";
import { type EventLog, type EventMetadata, ownerUnchanged, type StreamWrite, VersionConflict } from "./mod.ts";

/** A resource that depends on the one to delete. */
export interface Dependent {
  readonly kind: "open job" | "asset" | "campaign";
  readonly id: string;
  /** Decides the events that end it. */
  readonly plan: () => Promise<StreamWrite>;
}

/** The resource to delete, and its dependents. */
export interface CascadeDeleteOptions {
  readonly log: EventLog;
  readonly metadata: EventMetadata;
  /** The name in error messages, e.g. `the client`. */
  readonly what: string;
  /** Decides the deletion of the resource itself. */
  readonly plan: () => Promise<StreamWrite>;
  /** Returns all current dependents, each once, in the order in which they must be deleted. */
  readonly dependents: () => readonly Dependent[];
  /** The types of events that can add a dependent. */
  readonly joinTypes: readonly string[];
  /** True to delete the dependents, too. */
  readonly cascade: boolean;
}

/** The number of concurrent changes in a row after which the deletion fails. */
const ATTEMPTS = 12;

/**
 * Deletes a resource, and with `cascade` all its dependents: everything in one append, or nothing.
 *
 * @throws {AppError} `conflict` when it has dependents and `cascade` is not set, or when others kept changing it; and
 *   any error that the plans throw, such as `not_found`
 */
export async function cascadeDelete(options: CascadeDeleteOptions): Promise<void> {
  const { log, metadata, what, dependents, joinTypes } = options;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const nothingJoined = await ownerUnchanged(log, metadata.owner, joinTypes);
    const found = dependents();
    const planned = await planAll(options, found);
    // An error counts only if the dependents are still the same.
    if (!Bun.deepEquals(idsOf(found), idsOf(dependents()))) continue;
    if (planned instanceof AppError) throw planned;
    try {
      await log.append(planned, metadata, { conditions: [nothingJoined] });
      return;
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      // A random pause keeps the writers from colliding again.
      await Bun.sleep(Math.random() * 2 ** Math.min(attempt, 6));
    }
  }
  throw new AppError("conflict", `Cannot delete ${what}: others keep changing what belongs to it`);
}

/** Returns all writes, or the error that prevents them; the error counts only if nothing has changed meanwhile. */
async function planAll(
  { what, plan, cascade }: CascadeDeleteOptions,
  found: readonly Dependent[],
): Promise<StreamWrite[] | AppError> {
  try {
    // The resource itself comes first, so that a missing one is `not_found`, even with dependents.
    const self = await plan();
    if (!cascade && found.length > 0) return stillUsed(what, found);
    const writes: StreamWrite[] = [];
    for (const dependent of found) writes.push(await dependent.plan());
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

/** The most ids that an error message lists; more would not help its reader. */
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
