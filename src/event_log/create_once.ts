import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { NewEvent } from "./event.ts";
import type { EventLog } from "./event_log.ts";
import { type Decider, execute } from "./execute.ts";
import { idempotentId } from "./idempotency.ts";
import { wasAccepted } from "./idempotency_projection.ts";
import type { EventMetadata } from "./metadata.ts";

/** The creation of a resource of one kind. */
export interface CreateOptions<State, Event extends NewEvent, Command> {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  /** The decider; a command to create an existing resource must lead to no event. */
  readonly decider: Decider<State, Event, Command>;
  readonly streamOf: (id: string) => string;
  /** The metadata; its `idempotency` identifies the request. */
  readonly metadata: EventMetadata;
  /** Throws to reject a request that is not a retry; it reads rows of the owner. */
  readonly check?: (() => void) | undefined;
  /** Types of the owner's events that must not come between the check and the append. */
  readonly restsOn?: readonly string[] | undefined;
}

/** The id of the created resource, and a flag for a creation by an earlier request with the same key. */
export interface Created {
  readonly id: string;
  readonly replayed: boolean;
}

/**
 * Creates a resource once per `Idempotency-Key`: a retry gets the id that the first request created, even when the two
 * run at the same time.
 *
 * @throws {AppError} `idempotency_key_reused` when the key was used for a different request, and any error of the check
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
