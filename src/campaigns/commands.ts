import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { CheckClientScope } from "../core/client_scope.ts";
import { AppError } from "../core/errors.ts";
import type { Identity } from "../core/identity.ts";
import { cascadeDelete, type Dependent } from "../event_log/cascade_delete.ts";
import {
  type Created,
  causedBy,
  createOnce,
  type EventLog,
  execute,
  plan,
  type StreamWrite,
} from "../event_log/mod.ts";
import type { IdempotencyClaim } from "../http/mod.ts";
import { campaignDecider } from "./decide.ts";
import { type CampaignDetails, campaignStream } from "./events.ts";

/** What the commands need. */
export interface CampaignCommandsDeps {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  readonly checkClientScope: CheckClientScope;
  /** Types of events after which {@linkcode checkClientScope} may say something else. */
  readonly placeEnds: readonly string[];
  /** Everything that belongs to a campaign now, in the order in which it has to go. */
  readonly dependents: (owner: string, campaignId: string) => readonly Dependent[];
  /** Types of events that can add something that belongs to it. */
  readonly joins: readonly string[];
}

/** Checked against the version that a command is decided on, e.g. for `If-Match`; throws to refuse. */
export type Precondition = (version: number) => void;

/** How a campaign is deleted. */
export interface RemoveOptions {
  readonly cascade: boolean;
  readonly precondition?: Precondition;
}

/** What people can do with campaigns; each command is answered by events. */
export interface CampaignCommands {
  /** @throws {AppError} `validation_failed` when the owner has no such client; `idempotency_key_reused` */
  create(identity: Identity, campaign: CampaignDetails, idempotency?: IdempotencyClaim): Promise<Created>;
  /**
   * @throws {AppError} `not_found`; `validation_failed` when the owner has no such client; `conflict` when it would move
   *   to another client while assets or open jobs belong to it, because those are of its client, too
   */
  update(identity: Identity, id: string, changes: Partial<CampaignDetails>, precondition?: Precondition): Promise<void>;
  /**
   * @param options.cascade deletes its assets and cancels its open jobs, too, all or nothing
   * @throws {AppError} `not_found`; `conflict` when something still belongs to it
   */
  remove(identity: Identity, id: string, options: RemoveOptions): Promise<void>;
}

/** The commands over the log. */
export function createCampaignCommands(deps: CampaignCommandsDeps): CampaignCommands {
  const { log, read, checkClientScope, placeEnds, dependents, joins } = deps;
  const decider = campaignDecider;
  return {
    create(identity, campaign, idempotency) {
      const { clientId } = campaign;
      return createOnce(
        { do: "create", campaign },
        {
          log,
          read,
          decider,
          streamOf: campaignStream,
          metadata: causedBy(identity, idempotency),
          check: () => checkClientScope(identity.owner, { clientId }),
          restsOn: placeEnds,
        },
      );
    },
    async update(identity, id, changes, precondition) {
      const { clientId } = changes;
      await execute(
        { do: "update", changes },
        {
          log,
          decider,
          stream: campaignStream(id),
          id,
          metadata: causedBy(identity),
          ...(clientId !== undefined && { restsOn: [...placeEnds, ...joins] }),
          precondition(version, state) {
            precondition?.(version);
            if (clientId === undefined || state.status !== "present" || state.details.clientId === clientId) return;
            checkClientScope(identity.owner, { clientId });
            if (dependents(identity.owner, id).length === 0) return;
            throw new AppError("conflict", "Cannot move the campaign to another client: it has assets or open jobs");
          },
        },
      );
    },
    remove: (identity, id, { cascade, precondition }) =>
      cascadeDelete({
        log,
        metadata: causedBy(identity),
        what: "the campaign",
        cascade,
        joins,
        plan: () => planCampaignDeletion(log, id, precondition),
        dependents: () => dependents(identity.owner, id),
      }),
  };
}

/** Decides the deletion of a campaign, for an append together with others. */
export function planCampaignDeletion(log: EventLog, id: string, precondition?: Precondition): Promise<StreamWrite> {
  return plan({ do: "delete" }, { log, decider: campaignDecider, stream: campaignStream(id), id, precondition });
}
