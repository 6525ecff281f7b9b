import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import { type Caller, causedBy } from "../core/identity.ts";
import { type Dependant, removeWithDependants } from "../event_log/cascade_delete.ts";
import { type Created, createOnce, type EventLog, execute, plan } from "../event_log/mod.ts";
import type { IdempotencyClaim } from "../http/request/idempotency_key.ts";
import { clientDecider } from "./decide.ts";
import { type ClientDetails, clientStream } from "./events.ts";

/** What the commands need. */
export interface ClientCommandsDeps {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  /** Everything that belongs to a client now, in the order in which it has to go. */
  readonly dependants: (owner: string, clientId: string) => readonly Dependant[];
  /** Types of events that can add something that belongs to it. */
  readonly joins: readonly string[];
}

/** Checked against the version that a command is decided on, e.g. for `If-Match`; throws to refuse. */
export type Precondition = (version: number) => void;

/** How a client is deleted. */
export interface RemoveOptions {
  readonly cascade: boolean;
  readonly precondition?: Precondition;
}

/** What people can do with clients; each command is answered by events. */
export interface ClientCommands {
  /** @throws {AppError} `idempotency_key_reused` */
  create(caller: Caller, client: ClientDetails, idempotency?: IdempotencyClaim): Promise<Created>;
  /** @throws {AppError} `not_found` */
  update(caller: Caller, id: string, changes: Partial<ClientDetails>, precondition?: Precondition): Promise<void>;
  /**
   * @param options.cascade deletes its campaigns and assets and cancels its open jobs, too, all or nothing
   * @throws {AppError} `not_found`; `conflict` when something still belongs to it
   */
  remove(caller: Caller, id: string, options: RemoveOptions): Promise<void>;
}

/** The commands over the log. */
export function createClientCommands({ log, read, dependants, joins }: ClientCommandsDeps): ClientCommands {
  const decider = clientDecider;
  return {
    create(caller, client, idempotency) {
      const metadata = causedBy(caller, idempotency);
      return createOnce({ do: "create", client }, { log, read, decider, streamOf: clientStream, metadata });
    },
    async update(caller, id, changes, precondition) {
      const options = { log, decider, stream: clientStream(id), id, metadata: causedBy(caller), precondition };
      await execute({ do: "update", changes }, options);
    },
    remove: (caller, id, { cascade, precondition }) =>
      removeWithDependants({
        log,
        metadata: causedBy(caller),
        what: "the client",
        cascade,
        joins,
        plan: () => plan({ do: "delete" }, { log, decider, stream: clientStream(id), id, precondition }),
        dependants: () => dependants(caller.owner, id),
      }),
  };
}
