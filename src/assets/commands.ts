import type { Static } from "@sinclair/typebox";
import type { CheckClientScope, ClientScope } from "../core/client_scope.ts";
import { AppError } from "../core/errors.ts";
import type { Identity } from "../core/identity.ts";
import {
  type AppendOptions,
  causedBy,
  type EventLog,
  execute,
  idempotentId,
  ownerUnchanged,
  type Precondition,
  plan,
  StaleDecision,
  type StreamWrite,
  VersionConflict,
} from "../event_log/mod.ts";
import type { IdempotencyClaim } from "../http/mod.ts";
import { type AssetCommand, assetDecider } from "./decide.ts";
import { type AssetRequested, type AssetUpdated, assetStream, type BlobStored } from "./events.ts";
import { requestWrite } from "./writes.ts";

/** The data of a new asset. */
export interface RequestOptions extends AppendOptions {
  /** The stored bytes of an upload. */
  readonly blob?: Static<typeof BlobStored.schema> | undefined;
  readonly idempotency?: IdempotencyClaim | undefined;
}

/** An asset to request, with its id. */
export interface WantedAsset {
  readonly id: string;
  readonly asset: Static<typeof AssetRequested.schema>;
}

/** The dependencies of the commands, with the rules that read rows of other slices. */
export interface AssetCommandsDeps {
  readonly log: EventLog;
  readonly checkClientScope: CheckClientScope;
  /** Types of events that can change the result of {@linkcode checkClientScope}. */
  readonly scopeEndTypes: readonly string[];
  /** Throws `conflict` when something open uses the asset. */
  readonly refuseWhenUsed: (owner: string, assetId: string) => void;
  /** Types of events that can change the result of {@linkcode refuseWhenUsed} to a refusal. */
  readonly uses: readonly string[];
}

/** Commands on assets. Each appends its events. */
export interface AssetCommands {
  /**
   * Requests an asset, which the worker then imports. A retry with the same Idempotency-Key gets the first one's id.
   *
   * @throws {AppError} `validation_failed` for a client or campaign that the owner does not have
   */
  request(identity: Identity, asset: Static<typeof AssetRequested.schema>, options?: RequestOptions): Promise<string>;
  /**
   * Requests several assets of one client or campaign, all or none, under the caller's ids.
   *
   * @returns false when an earlier request with the same Idempotency-Key has created them
   * @throws {AppError} as {@linkcode request}
   */
  requestAll(
    identity: Identity,
    wanted: readonly WantedAsset[],
    options: Pick<RequestOptions, "idempotency" | "limits">,
  ): Promise<boolean>;
  /** Updates an asset. @throws {AppError} `not_found`, and as {@linkcode request} */
  update(
    identity: Identity,
    id: string,
    changes: Static<typeof AssetUpdated.schema>,
    precondition: Precondition,
  ): Promise<void>;
  /** Deletes an asset. @throws {AppError} `not_found`, and `conflict` for an asset in use */
  remove(identity: Identity, id: string, precondition: Precondition): Promise<void>;
}

/** The number of conflicts in a row after which a request of several assets fails. */
const ATTEMPTS = 8;

/** Creates the commands over the log. */
export function createAssetCommands(deps: AssetCommandsDeps): AssetCommands {
  const { log, checkClientScope, scopeEndTypes, refuseWhenUsed, uses } = deps;

  function isScoped({ clientId, campaignId }: ClientScope): boolean {
    return (clientId ?? campaignId ?? null) !== null;
  }

  return {
    async request(identity, asset, { blob, idempotency, limits } = {}) {
      const id = idempotency ? idempotentId({ owner: identity.owner, ...idempotency }) : Bun.randomUUIDv7();
      const command: AssetCommand = { do: "request", asset, ...(blob ? { blob } : {}) };
      await execute(command, {
        log,
        decider: assetDecider,
        stream: assetStream(id),
        id,
        metadata: causedBy(identity, idempotency),
        limits,
        restsOn: isScoped(asset) ? scopeEndTypes : undefined,
        precondition(_version, { status }) {
          if (status === "unknown") checkClientScope(identity.owner, asset);
        },
      });
      return id;
    },
    async requestAll(identity, wanted, { idempotency, limits }) {
      const [first] = wanted;
      if (!first) return true;
      const { owner } = identity;
      const writes = wanted.map(({ id, asset }) => requestWrite(id, asset));
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const conditions = isScoped(first.asset) ? [await ownerUnchanged(log, owner, scopeEndTypes)] : [];
        checkClientScope(owner, first.asset);
        try {
          await log.append(writes, causedBy(identity, idempotency), { limits, conditions });
          return true;
        } catch (error) {
          if (error instanceof StaleDecision) continue;
          // Another request with the same key at the same time was first.
          if (idempotency && error instanceof VersionConflict) return false;
          throw error;
        }
      }
      throw new AppError("conflict", "Cannot import the assets: their client or campaign keeps changing; retry");
    },
    async update(identity, id, changes, precondition) {
      await execute(
        { do: "update", changes },
        {
          log,
          decider: assetDecider,
          stream: assetStream(id),
          id,
          metadata: causedBy(identity),
          restsOn: isScoped(changes) ? scopeEndTypes : undefined,
          precondition(version) {
            precondition(version);
            checkClientScope(identity.owner, changes);
          },
        },
      );
    },
    async remove(identity, id, precondition) {
      await execute(
        { do: "delete" },
        {
          log,
          decider: assetDecider,
          stream: assetStream(id),
          id,
          metadata: causedBy(identity),
          restsOn: uses,
          precondition(version) {
            precondition(version);
            refuseWhenUsed(identity.owner, id);
          },
        },
      );
    },
  };
}

/** Plans the deletion of an asset, for an append together with other writes. */
export function planAssetDeletion(log: EventLog, id: string): Promise<StreamWrite> {
  return plan({ do: "delete" }, { log, decider: assetDecider, stream: assetStream(id), id });
}
