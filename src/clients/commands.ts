import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { Identity } from "../core/identity.ts";
import {
  type Created,
  cascadeDelete,
  causedBy,
  createOnce,
  type Dependent,
  type EventLog,
  execute,
  plan,
} from "../event_log/mod.ts";
import type { IdempotencyClaim } from "../http/mod.ts";
import { clientDecider } from "./decide.ts";
import { type ClientDetails, clientStream } from "./events.ts";

/** The dependencies of the commands. */
export interface ClientCommandsDeps {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  /** Returns everything that belongs to a client, in the order of deletion. */
  readonly dependents: (owner: string, clientId: string) => readonly Dependent[];
  /** Types of events that can add something to a client. */
  readonly joins: readonly string[];
}

/** Checks the version that a command is decided on, e.g. for `If-Match`; throws to reject. */
export type Precondition = (version: number) => void;

/** The options of deleting a client. */
export interface RemoveOptions {
  readonly cascade: boolean;
  readonly precondition?: Precondition;
}

/** The commands of users. */
export interface ClientCommands {
  /** Creates a client. @throws {AppError} `idempotency_key_reused` */
  create(identity: Identity, client: ClientDetails, idempotency?: IdempotencyClaim): Promise<Created>;
  /** Updates a client. @throws {AppError} `not_found` */
  update(identity: Identity, id: string, changes: Partial<ClientDetails>, precondition?: Precondition): Promise<void>;
  /**
   * Deletes a client.
   *
   * @param options.cascade deletes its campaigns and assets and cancels its open jobs, too, all or nothing
   * @throws {AppError} `not_found`; `conflict` when something still belongs to it
   */
  remove(identity: Identity, id: string, options: RemoveOptions): Promise<void>;
}

/** Creates the commands over the log. */
export function createClientCommands({ log, read, dependents, joins }: ClientCommandsDeps): ClientCommands {
  const decider = clientDecider;
  return {
    create(identity, client, idempotency) {
      const metadata = causedBy(identity, idempotency);
      return createOnce({ do: "create", details: client }, { log, read, decider, streamOf: clientStream, metadata });
    },
    async update(identity, id, changes, precondition) {
      const options = { log, decider, stream: clientStream(id), id, metadata: causedBy(identity), precondition };
      await execute({ do: "update", changes }, options);
    },
    remove: (identity, id, { cascade, precondition }) =>
      cascadeDelete({
        log,
        metadata: causedBy(identity),
        what: "the client",
        cascade,
        joins,
        plan: () => plan({ do: "delete" }, { log, decider, stream: clientStream(id), id, precondition }),
        dependents: () => dependents(identity.owner, id),
      }),
  };
}
