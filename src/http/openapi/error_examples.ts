import type { ErrorCode, ErrorDetails } from "../../core/errors.ts";

const ASSET = "019390f0-7c1e-7000-8000-000000000001";

/** One error of each code, as a client may meet it. */
export const ERROR_EXAMPLES: Readonly<Record<ErrorCode, { message: string; details?: ErrorDetails }>> = {
  malformed_json: { message: "Cannot read the body: it is not valid JSON" },
  bad_request: { message: "Cannot read the path: its escapes are not UTF-8" },
  unauthorized: { message: "Cannot answer: the API key is missing or not valid" },
  forbidden: { message: "Cannot answer for this host: an open server answers to loopback names only" },
  not_found: { message: "Cannot find this asset: there is none with this id" },
  method_not_allowed: { message: "Cannot PATCH this path: it allows POST" },
  conflict: { message: "Cannot delete this asset: an open job uses it" },
  quota_exceeded: {
    message: "Cannot store 5120 bytes more: the owner has 104857600 and may have 104857600 in all",
    details: { storedBytes: 104857600, sizeBytes: 5120, mostBytes: 104857600 },
  },
  history_full: {
    message: "Cannot change it any more: its history has 10000 events or 8388608 bytes",
    details: { mostEvents: 10000, mostBytes: 8388608 },
  },
  wrong_state: {
    message: "Cannot approve the storyboard: the job is pending",
    details: { status: "pending", allowedActions: ["cancel"] },
  },
  precondition_failed: { message: 'Cannot change it: If-Match does not name the current version "3"' },
  asset_too_large: {
    message: "Cannot import the asset: it is larger than 100 MiB",
    details: { assetId: ASSET },
  },
  body_too_large: { message: "Cannot read the body: it is larger than 1 MiB" },
  unsupported_media_type: { message: "Cannot read the body: its content type is not application/json" },
  type_mismatch: {
    message: "Cannot accept the file as image: its content is audio (mp3)",
    details: { assetId: ASSET },
  },
  media_unreadable: { message: "Cannot read the image: it ends too early", details: { assetId: ASSET } },
  range_not_satisfiable: {
    message: "Cannot send that range: the data has 5120 bytes",
    details: { sizeBytes: 5120 },
  },
  validation_failed: {
    message: "Cannot accept the request: name: must be a string",
    details: [{ path: "name", message: "Must be a string" }],
  },
  source_not_allowed: { message: "Cannot fetch this URL: the server may not fetch from there" },
  idempotency_key_reused: { message: "Cannot accept the request: its Idempotency-Key was used for another one" },
  rate_limited: { message: "Cannot answer now: too many requests" },
  internal: { message: "Cannot answer: something went wrong here" },
  source_unreachable: {
    message: "Cannot download the asset: its source does not answer",
    details: { assetId: ASSET },
  },
  source_error: { message: "Cannot download the asset: its source answered 404", details: { assetId: ASSET } },
  unavailable: { message: "Cannot answer now: the disk is full" },
  source_timeout: {
    message: "Cannot download the asset: its source took longer than 60 s",
    details: { assetId: ASSET },
  },
};
