import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { Identity } from "../core/identity.ts";
import { cascadeDelete, type Dependent } from "./cascade_delete.ts";
import { causedBy } from "./caused_by.ts";
import { type Created, createOnce } from "./create_once.ts";
import type { DetailsCommand, DetailsState } from "./details_decider.ts";
import type { NewEvent } from "./event.ts";
import type { EventLog, StreamWrite } from "./event_log.ts";
import { type Decider, execute, plan } from "./execute.ts";
import type { EventMetadata } from "./metadata.ts";

/** Checks the version that a command is decided on, e.g. for `If-Match`; throws to reject. */
export type Precondition = (version: number) => void;

/** The dependencies of the commands of a resource that has only details. */
export interface DetailsCommandsDeps<Details> {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  /** Returns everything that belongs to a resource, in the order of deletion. */
  readonly dependents: (owner: string, id: string) => readonly Dependent[];
  /** Types of events that can add something to a resource. */
  readonly joinTypes: readonly string[];
  /** Rules that read rows of other resources. */
  readonly rules?: DetailsRules<Details>;
}

/** The rules of a resource's details that depend on other resources. */
export interface DetailsRules<Details> {
  /** Checks new details, or changes of a resource; throws to reject. */
  readonly check: (owner: string, given: Partial<Details>, before?: { id: string; details: Details }) => void;
  /** Returns the types of the owner's events that can change the result of the check. */
  readonly restsOn: (given: Partial<Details>, isNew: boolean) => readonly string[];
}

/** A kind of resource that has only details. */
export interface DetailsKind<Details> {
  /** The name in error messages, e.g. `client`. */
  readonly noun: string;
  readonly decider: Decider<DetailsState<Details>, NewEvent, DetailsCommand<Details>>;
  readonly streamOf: (id: string) => string;
}

/** The commands of users on a resource that has only details. */
export interface DetailsCommands<Details> {
  /** Creates a resource. @throws {AppError} `idempotency_key_reused`, and the errors of the rules */
  create(identity: Identity, details: Details, idempotency?: EventMetadata["idempotency"]): Promise<Created>;
  /** Updates a resource. @throws {AppError} `not_found`, and the errors of the rules */
  update(identity: Identity, id: string, changes: Partial<Details>, precondition?: Precondition): Promise<void>;
  /**
   * Deletes a resource.
   *
   * @param options.cascade deletes what belongs to it and cancels its open jobs, too, all or nothing
   * @throws {AppError} `not_found`; `conflict` when something still belongs to it
   */
  remove(identity: Identity, id: string, options: { cascade: boolean; precondition?: Precondition }): Promise<void>;
}

/** Creates the commands over the log. */
export function createDetailsCommands<Details extends object>(
  kind: DetailsKind<Details>,
  { log, read, dependents, joinTypes, rules }: DetailsCommandsDeps<Details>,
): DetailsCommands<Details> {
  const { noun, decider, streamOf } = kind;
  return {
    create(identity, details, idempotency) {
      const metadata = causedBy(identity, idempotency);
      const check = rules && (() => rules.check(identity.owner, details));
      const restsOn = rules?.restsOn(details, true);
      return createOnce({ do: "create", details }, { log, read, decider, streamOf, metadata, check, restsOn });
    },
    async update(identity, id, changes, precondition) {
      const restsOn = rules?.restsOn(changes, false);
      await execute(
        { do: "update", changes },
        {
          log,
          decider,
          stream: streamOf(id),
          id,
          metadata: causedBy(identity),
          restsOn: restsOn?.length === 0 ? undefined : restsOn,
          precondition(version, state) {
            precondition?.(version);
            if (state.status === "active") rules?.check(identity.owner, changes, { id, details: state.details });
          },
        },
      );
    },
    remove: (identity, id, { cascade, precondition }) =>
      cascadeDelete({
        log,
        metadata: causedBy(identity),
        what: `the ${noun}`,
        cascade,
        joinTypes,
        plan: () => planDetailsDeletion(kind, log, id, precondition),
        dependents: () => dependents(identity.owner, id),
      }),
  };
}

/** Plans the deletion of a resource, for an append together with other writes. */
export function planDetailsDeletion<Details>(
  { decider, streamOf }: DetailsKind<Details>,
  log: EventLog,
  id: string,
  precondition?: Precondition,
): Promise<StreamWrite> {
  return plan({ do: "delete" }, { log, decider, stream: streamOf(id), id, precondition });
}
