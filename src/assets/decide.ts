import type { Static } from "@sinclair/typebox";
import { diffFields } from "../core/diff_fields.ts";
import { AppError, type ErrorCode } from "../core/errors.ts";
import type { Decider } from "../event_log/mod.ts";
import type { MediaKind } from "../media/mod.ts";
import {
  AssetDeleted,
  type AssetEvent,
  AssetFailed,
  AssetInspected,
  AssetRequested,
  AssetRetried,
  AssetUpdated,
  assetEvents,
  BlobStored,
  ThumbnailOmitted,
  ThumbnailStored,
} from "./events.ts";

/** The editable details of an asset. */
export type AssetDetails = Required<Static<typeof AssetUpdated.schema>>;

/** The state that decisions on an asset rest on. */
export interface AssetState {
  readonly id: string;
  readonly status: "unknown" | "pending" | "ready" | "failed" | "deleted";
  /** The requested kind; null for any. */
  readonly type: MediaKind | null;
  readonly isUpload: boolean;
  readonly hasBlob: boolean;
  /** True once a thumbnail is stored, or cannot be made. */
  readonly hasThumbnailOutcome: boolean;
  readonly details: AssetDetails;
}

/** A command on an asset. */
export type AssetCommand =
  | { readonly do: "request"; readonly asset: Static<typeof AssetRequested.schema>; readonly blob?: Content }
  | { readonly do: "store blob"; readonly blob: Content }
  | { readonly do: "describe"; readonly facts: Facts; readonly thumbnail: Thumbnail | null }
  | { readonly do: "add thumbnail"; readonly thumbnail: Thumbnail | null }
  | { readonly do: "fail"; readonly code: ErrorCode; readonly message: string }
  | { readonly do: "retry" }
  | { readonly do: "update"; readonly changes: Partial<AssetDetails> }
  | { readonly do: "delete" };

type Content = Static<typeof BlobStored.schema>;
type Facts = Static<typeof AssetInspected.schema>;
type Thumbnail = Static<typeof ThumbnailStored.schema>;

/** The life of an asset: requested, stored, inspected, then ready or failed; and deleted. */
export const assetDecider: Decider<AssetState, AssetEvent, AssetCommand> = {
  events: assetEvents,
  initial,
  evolve,
  decide,
};

function initial(id: string): AssetState {
  const details = { name: "", tags: [], focus: null, clientId: null, campaignId: null };
  return { id, status: "unknown", type: null, isUpload: false, hasBlob: false, hasThumbnailOutcome: false, details };
}

function evolve(state: AssetState, event: AssetEvent): AssetState {
  switch (event.type) {
    case "AssetRequested": {
      const { type, source, name, tags, clientId, campaignId } = event.data;
      const isUpload = source.kind === "upload";
      return {
        ...state,
        status: "pending",
        type,
        isUpload,
        details: { ...state.details, name, tags, clientId, campaignId },
      };
    }
    case "BlobStored":
      return { ...state, hasBlob: true };
    case "AssetInspected":
      return { ...state, status: "ready", type: event.data.kind };
    case "ThumbnailStored":
    case "ThumbnailOmitted":
      return { ...state, hasThumbnailOutcome: true };
    case "AssetFailed":
      return { ...state, status: "failed", hasBlob: false, hasThumbnailOutcome: false };
    case "AssetRetried":
      return { ...state, status: "pending" };
    case "AssetUpdated":
      return { ...state, details: { ...state.details, ...event.data } };
    case "AssetDeleted":
      return { ...state, status: "deleted", hasBlob: false };
  }
}

function decide(asset: AssetState, command: AssetCommand): readonly AssetEvent[] {
  switch (command.do) {
    case "request":
      // The id of a retried request comes from its Idempotency-Key, so the asset may already exist.
      if (asset.status !== "unknown") return [];
      return [AssetRequested.of(command.asset), ...(command.blob ? [BlobStored.of(command.blob)] : [])];
    case "store blob":
      if (asset.status !== "pending" || asset.hasBlob) return [];
      return [BlobStored.of(command.blob)];
    case "describe":
      if (asset.status !== "pending" || !asset.hasBlob) return [];
      return describe(asset, command.facts, command.thumbnail);
    case "add thumbnail":
      if (asset.status !== "ready" || asset.hasThumbnailOutcome) return [];
      return [command.thumbnail ? ThumbnailStored.of(command.thumbnail) : ThumbnailOmitted.of({})];
    case "fail":
      if (asset.status !== "pending") return [];
      return [failed(asset, command)];
    case "retry":
      if (asset.status !== "failed") return [];
      if (asset.isUpload) throw new AppError("conflict", "Cannot retry an uploaded file: upload it again");
      return [AssetRetried.of({})];
    case "update":
      return update(present(asset), command.changes);
    case "delete":
      present(asset);
      return [AssetDeleted.of({})];
  }
}

/** Returns true for an asset that can never become ready: it is deleted, or a failed upload, whose bytes are gone. */
export function isLost({ status, isUpload }: AssetState): boolean {
  return status === "unknown" || status === "deleted" || (status === "failed" && isUpload);
}

/** Returns an asset that exists. @throws {AppError} `not_found` */
function present(asset: AssetState): AssetState {
  if (asset.status !== "unknown" && asset.status !== "deleted") return asset;
  throw new AppError("not_found", `Cannot find asset ${asset.id}`);
}

function describe(asset: AssetState, facts: Facts, thumbnail: Thumbnail | null): readonly AssetEvent[] {
  if (asset.type !== null && asset.type !== facts.kind) {
    return [failed(asset, typeMismatch(asset.type, facts))];
  }
  const inspected = AssetInspected.of(facts);
  if (thumbnail) return [ThumbnailStored.of(thumbnail), inspected];
  return hasThumbnail(facts.kind) ? [inspected, ThumbnailOmitted.of({})] : [inspected];
}

/** Returns true for a kind of asset that has a thumbnail, unless its content cannot be decoded. */
export function hasThumbnail(kind: MediaKind): boolean {
  return kind === "image" || kind === "video";
}

/** Builds the error of a file of another kind than requested. */
export function typeMismatch(type: string, { kind, format }: Pick<Facts, "kind" | "format">): AppError {
  return new AppError("type_mismatch", `Cannot import the file as ${type}: it is ${kind} (${format})`);
}

/** Builds the failure. After the bytes are stored, only the inspection can fail. */
function failed({ hasBlob }: AssetState, error: { readonly code: ErrorCode; readonly message: string }) {
  const { code, message } = error;
  return AssetFailed.of({ step: hasBlob ? "inspection" : "download", code, message });
}

function update({ details }: AssetState, given: Partial<AssetDetails>): readonly AssetEvent[] {
  const changes = diffFields(details, given);
  return Object.keys(changes).length > 0 ? [AssetUpdated.of(changes)] : [];
}
