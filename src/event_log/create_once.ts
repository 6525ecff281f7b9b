import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { NewEvent } from "./event.ts";
import type { EventLog } from "./event_log.ts";
import { type Decider, execute } from "./execute.ts";
import { idempotentId, wasAccepted } from "./idempotency.ts";
import type { EventMetadata } from "./metadata.ts";

/** What makes a thing of one kind. */
export interface CreateOptions<State, Event extends NewEvent, Command> {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  /** Its decision to create what is there already must be no event. */
  readonly decider: Decider<State, Event, Command>;
  readonly streamOf: (id: string) => string;
  /** Its `idempotency` says which request this is. */
  readonly metadata: EventMetadata;
  /** Throws to refuse a request that was not seen before; it reads rows of the owner. */
  readonly check?: (() => void) | undefined;
  /** Types of the owner's events that must not come between the check and the append. */
  readonly restsOn?: readonly string[] | undefined;
}

/** Which thing a request made, and whether an earlier one with the same key made it. */
export interface Created {
  readonly id: string;
  readonly replayed: boolean;
}

/**
 * Makes a thing, once per `Idempotency-Key`: a retry gets the id of what the first request made, also when the two run
 * at the same time.
 *
 * @throws {AppError} `idempotency_key_reused` when the key was used for something else, and what the check throws
 */
export async function createOnce<State, Event extends NewEvent, Command>(
  command: Command,
  { log, read, decider, streamOf, metadata, check, restsOn }: CreateOptions<State, Event, Command>,
): Promise<Created> {
  const claim = metadata.idempotency ? { owner: metadata.owner, ...metadata.idempotency } : undefined;
  const id = claim ? idempotentId(claim) : Bun.randomUUIDv7();
  let replayed = false;
  await execute(command, {
    log,
    decider,
    stream: streamOf(id),
    id,
    metadata,
    restsOn,
    precondition() {
      replayed = claim !== undefined && wasAccepted(read, claim);
      if (!replayed) check?.();
    },
  });
  return { id, replayed };
}
