import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { CheckClientScope } from "../core/client_scope.ts";
import { AppError } from "../core/errors.ts";
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
  type StreamWrite,
} from "../event_log/mod.ts";
import type { IdempotencyClaim } from "../http/mod.ts";
import { campaignDecider } from "./decide.ts";
import { type CampaignDetails, campaignStream } from "./events.ts";

/** The dependencies of the commands. */
export interface CampaignCommandsDeps {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  readonly checkClientScope: CheckClientScope;
  /** Types of events that can change the result of {@linkcode checkClientScope}. */
  readonly placeEnds: readonly string[];
  /** Returns everything that belongs to a campaign, in the order of deletion. */
  readonly dependents: (owner: string, campaignId: string) => readonly Dependent[];
  /** Types of events that can add something to a campaign. */
  readonly joins: readonly string[];
}

/** Checks the version that a command is decided on, e.g. for `If-Match`; throws to reject. */
export type Precondition = (version: number) => void;

/** The options of deleting a campaign. */
export interface RemoveOptions {
  readonly cascade: boolean;
  readonly precondition?: Precondition;
}

/** The commands of users. */
export interface CampaignCommands {
  /**
   * Creates a campaign.
   *
   * @throws {AppError} `validation_failed` when the owner has no such client; `idempotency_key_reused`
   */
  create(identity: Identity, campaign: CampaignDetails, idempotency?: IdempotencyClaim): Promise<Created>;
  /**
   * Updates a campaign.
   *
   * @throws {AppError} `not_found`; `validation_failed` when the owner has no such client; `conflict` when it would
   *   move to another client while it has assets or open jobs, which belong to its client
   */
  update(identity: Identity, id: string, changes: Partial<CampaignDetails>, precondition?: Precondition): Promise<void>;
  /**
   * Deletes a campaign.
   *
   * @param options.cascade deletes its assets and cancels its open jobs, too, all or nothing
   * @throws {AppError} `not_found`; `conflict` when something still belongs to it
   */
  remove(identity: Identity, id: string, options: RemoveOptions): Promise<void>;
}

/** Creates the commands over the log. */
export function createCampaignCommands(deps: CampaignCommandsDeps): CampaignCommands {
  const { log, read, checkClientScope, placeEnds, dependents, joins } = deps;
  const decider = campaignDecider;
  return {
    create(identity, campaign, idempotency) {
      const { clientId } = campaign;
      return createOnce(
        { do: "create", details: campaign },
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
            if (clientId === undefined || state.status !== "active" || state.details.clientId === clientId) return;
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

/** Plans the deletion of a campaign, for an append together with other writes. */
export function planCampaignDeletion(log: EventLog, id: string, precondition?: Precondition): Promise<StreamWrite> {
  return plan({ do: "delete" }, { log, decider: campaignDecider, stream: campaignStream(id), id, precondition });
}
