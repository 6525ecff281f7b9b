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

/** What a request for an asset says. */
export interface RequestOptions extends AppendOptions {
  /** Bytes that are stored already, as of an upload. */
  readonly blob?: Static<typeof BlobStored.schema> | undefined;
  readonly idempotency?: IdempotencyClaim | undefined;
}

/** An asset to ask for, with the id that it shall have. */
export interface WantedAsset {
  readonly id: string;
  readonly asset: Static<typeof AssetRequested.schema>;
}

/** What people can do with assets; each command is answered by events. */
export interface AssetCommands {
  /** Asks for an asset. The worker imports it; a retry with the same Idempotency-Key finds the first one's id. */
  request(identity: Identity, asset: Static<typeof AssetRequested.schema>, options?: RequestOptions): Promise<string>;
  /**
   * Asks for several assets, all or none, with ids that the caller has made.
   *
   * @returns false when they are there already, from an earlier request with the same Idempotency-Key
   */
  requestAll(
    identity: Identity,
    wanted: readonly WantedAsset[],
    options: Pick<RequestOptions, "idempotency" | "check">,
  ): Promise<boolean>;
  /** @throws {AppError} `not_found`, and what the checks throw */
  update(identity: Identity, id: string, changes: Static<typeof AssetUpdated.schema>, checks: Checks): Promise<void>;
  /** @throws {AppError} `not_found`, and what the checks throw, e.g. when something still uses the asset */
  remove(identity: Identity, id: string, checks: Checks): Promise<void>;
}

/** What may refuse a change, by throwing. */
export interface Checks {
  /** Asked within the append. */
  readonly check: () => void;
  /** Asked for the version that the change is decided on, e.g. for `If-Match`. */
  readonly precondition?: (version: number) => void;
}

/** The commands over the log. */
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
        // The same key came twice at once, and the other one was first.
        if (idempotency && error instanceof VersionConflict) return false;
        throw error;
      }
    },
    update: (identity, id, changes, checks) => run(identity, id, { do: "update", changes }, checks),
    remove: (identity, id, checks) => run(identity, id, { do: "delete" }, checks),
  };
}

/** Decides the deletion of an asset, for an append together with others. */
export function planAssetDeletion(log: EventLog, id: string): Promise<StreamWrite> {
  return plan({ do: "delete" }, { log, decider: assetDecider, stream: assetStream(id), id });
}
