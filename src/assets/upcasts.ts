/** Codes of errors that can only come from one step of an import. */
const STEP_OF: Readonly<Record<string, "download" | "inspection">> = {
  source_not_allowed: "download",
  source_unreachable: "download",
  source_error: "download",
  source_timeout: "download",
  asset_too_large: "download",
  unsupported_media_type: "inspection",
  type_mismatch: "inspection",
  media_unreadable: "inspection",
};

/** Upcasts `AssetFailed` 1 → 2: adds the step that the code implies; null where either step may fail so. */
export function failedStepOfCode(data: unknown): unknown {
  const { code } = Object(data);
  return { ...Object(data), step: STEP_OF[String(code)] ?? null };
}
