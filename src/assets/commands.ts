import type { Static } from "@sinclair/typebox";
import type { Identity } from "../core/identity.ts";
import {
  type AppendOptions,
  causedBy,
  type EventLog,
  execute,
  idempotentId,
  plan,
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

/** Commands on assets. Each appends its events. */
export interface AssetCommands {
  /** Requests an asset, which the worker then imports. A retry with the same Idempotency-Key gets the first one's id. */
  request(identity: Identity, asset: Static<typeof AssetRequested.schema>, options?: RequestOptions): Promise<string>;
  /**
   * Requests several assets, all or none, under the caller's ids.
   *
   * @returns false when an earlier request with the same Idempotency-Key has created them
   */
  requestAll(
    identity: Identity,
    wanted: readonly WantedAsset[],
    options: Pick<RequestOptions, "idempotency" | "check">,
  ): Promise<boolean>;
  /** Updates an asset. @throws {AppError} `not_found`, and the errors of the checks */
  update(identity: Identity, id: string, changes: Static<typeof AssetUpdated.schema>, checks: Checks): Promise<void>;
  /** Deletes an asset. @throws {AppError} `not_found`, and the errors of the checks, e.g. for an asset in use */
  remove(identity: Identity, id: string, checks: Checks): Promise<void>;
}

/** Checks that refuse a change by throwing. */
export interface Checks {
  /** Called within the append. */
  readonly check: () => void;
  /** Called with the version that the change is decided on, e.g. for `If-Match`. */
  readonly precondition?: (version: number) => void;
}

/** Creates the commands over the log. */
export function createAssetCommands(log: EventLog): AssetCommands {
  async function run(identity: Identity, id: string, command: AssetCommand, checks: Checks): Promise<void> {
    const metadata = causedBy(identity);
    await execute(command, { log, decider: assetDecider, stream: assetStream(id), id, metadata, ...checks });
  }

  return {
    async request(identity, asset, { blob, idempotency, check } = {}) {
      const id = idempotency ? idempotentId({ owner: identity.owner, ...idempotency }) : Bun.randomUUIDv7();
      const metadata = causedBy(identity, idempotency);
      const command: AssetCommand = { do: "request", asset, ...(blob ? { blob } : {}) };
      await execute(command, { log, decider: assetDecider, stream: assetStream(id), id, metadata, check });
      return id;
    },
    async requestAll(identity, wanted, { idempotency, check }) {
      const writes = wanted.map(({ id, asset }) => requestWrite(id, asset));
      try {
        if (writes.length > 0) await log.append(writes, causedBy(identity, idempotency), { check });
        return true;
      } catch (error) {
        // Another request with the same key at the same time was first.
        if (idempotency && error instanceof VersionConflict) return false;
        throw error;
      }
    },
    update: (identity, id, changes, checks) => run(identity, id, { do: "update", changes }, checks),
    remove: (identity, id, checks) => run(identity, id, { do: "delete" }, checks),
  };
}

/** Plans the deletion of an asset, for an append together with other writes. */
export function planAssetDeletion(log: EventLog, id: string): Promise<StreamWrite> {
  return plan({ do: "delete" }, { log, decider: assetDecider, stream: assetStream(id), id });
}
