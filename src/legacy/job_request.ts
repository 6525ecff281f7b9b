import type { Static } from "@sinclair/typebox";
import type { JobRequest, VideoSpecs } from "../jobs/mod.ts";
import { RESOLUTIONS, VIDEO_FORMATS } from "../media/mod.ts";
import type { OldRow } from "./old_tables.ts";
import { field, idOf, isObject, type JsonObject, jsonOf, numberOf, objectOf, textOf, textsOf } from "./values.ts";

/** The request of an old job in today's form. */
export interface OldRequest {
  readonly request: Static<typeof JobRequest>;
  /** The requested specs; the scenes decide the duration. */
  readonly specs: VideoSpecs;
  /** The assets that the old backend used, in order and once each. */
  readonly assetIds: readonly string[];
  /** The role of each, where one was given. */
  readonly roles: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/** The client id of a request whose row names no client. */
const NO_CLIENT = "unknown";

/**
 * Reads the request of an old job from its `parameters`; values without a counterpart are kept under `advanced.legacy`.
 */
export function readRequest(row: OldRow, campaignId: string | null): OldRequest {
  const { value, broken } = jsonOf(row.parameters);
  const parameters = objectOf(value);
  const context = objectOf(parameters.context);
  const creative = objectOf(parameters.creative);
  const advanced = objectOf(parameters.advanced);
  const videoSpecs = objectOf(field(creative, "video_specs", "videoSpecs"));
  const assets = Array.isArray(creative.assets) ? creative.assets.filter(isObject) : [];
  const assetIds = [...new Set(idsOf(field(parameters, "processed_asset_ids", "processedAssetIds")))];
  const userId = textOf(field(context, "user_id", "userId"));
  const request = {
    context: {
      clientId: clientIdOf(row) ?? NO_CLIENT,
      campaignId,
      ...(userId === null ? {} : { userId }),
    },
    adBasics: basicsOf(objectOf(field(parameters, "ad_basics", "adBasics")), textOf(row.prompt)),
    creative: {
      ...(Object.keys(videoSpecs).length > 0 ? { videoSpecs } : {}),
      direction: directionOf(objectOf(creative.direction)),
      ...(assets.length > 0 ? { assets } : {}),
    },
    advanced: { ...advanced, legacy: legacyOf(row, broken) },
  };
  const roles = rolesOf(assets, assetIds);
  const notes = broken ? ["its parameters are not valid JSON and are kept in advanced.legacy"] : [];
  return { request, specs: specsOf(row, videoSpecs, advanced), assetIds, roles, notes };
}

/** Returns the client of an old job, from its column or its parameters. */
export function clientIdOf(row: OldRow): string | null {
  const context = objectOf(objectOf(jsonOf(row.parameters).value).context);
  return idOf(row.client_id) ?? idOf(field(context, "client_id", "clientId"));
}

/** Returns the campaign of an old job, from its column or its parameters. */
export function campaignIdOf(row: OldRow): string | null {
  const context = objectOf(objectOf(jsonOf(row.parameters).value).context);
  return idOf(row.campaign_id) ?? idOf(field(context, "campaign_id", "campaignId"));
}

function basicsOf(given: JsonObject, prompt: string | null): Static<typeof JobRequest>["adBasics"] {
  return {
    product: wordsOf(given.product) || prompt || "",
    targetAudience: wordsOf(field(given, "target_audience", "targetAudience")),
    keyMessage: wordsOf(field(given, "key_message", "keyMessage")),
    callToAction: wordsOf(field(given, "call_to_action", "callToAction")),
  };
}

function directionOf(given: JsonObject): Static<typeof JobRequest>["creative"]["direction"] {
  const elements = textsOf(field(given, "visual_elements", "visualElements"));
  return {
    style: wordsOf(given.style),
    tone: textOf(given.tone),
    musicStyle: textOf(field(given, "music_style", "musicStyle")),
    ...(elements.length > 0 ? { visualElements: elements } : {}),
  };
}

/** Converts any value to text: the old backend accepted objects where a string is required now. */
function wordsOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return textOf(value) ?? (typeof value === "object" ? JSON.stringify(value) : "");
}

function specsOf(row: OldRow, videoSpecs: JsonObject, advanced: JsonObject): VideoSpecs {
  const duration = numberOf(videoSpecs.duration) ?? numberOf(advanced.duration) ?? numberOf(row.duration) ?? 30;
  const format = field(videoSpecs, "format", "aspect_ratio", "aspectRatio") ?? row.format;
  const resolution = videoSpecs.resolution ?? advanced.resolution;
  return {
    duration: Math.round(Math.min(180, Math.max(3, duration)) * 10) / 10,
    format: VIDEO_FORMATS.find((each) => each === format) ?? "16:9",
    resolution: RESOLUTIONS.find((each) => each === resolution) ?? "720p",
  };
}

/** Matches roles to assets by id, or by order when every asset of the request was used. */
function rolesOf(assets: readonly JsonObject[], assetIds: readonly string[]): Map<string, string> {
  const inOrder = assets.length === assetIds.length;
  const roles = assets.flatMap((asset, index): [string, string][] => {
    const id = idOf(field(asset, "asset_id", "assetId")) ?? (inOrder ? (assetIds[index] ?? null) : null);
    const role = textOf(asset.role);
    return id === null || role === null ? [] : [[id, role]];
  });
  return new Map(roles);
}

/** Columns without a counterpart, which are kept unchanged. */
const KEPT = [
  "model_id",
  "collection",
  "metadata",
  "storyboard_data",
  "approved_at",
  "brief_id",
  "format",
  "duration",
  "download_count",
  "refinement_count",
  "views",
  "clicks",
  "ctr",
  "conversions",
] as const;

function legacyOf(row: OldRow, broken: boolean): JsonObject {
  const { value: progress } = jsonOf(row.progress);
  const said = {
    status: textOf(row.status),
    prompt: textOf(row.prompt),
    progress: progress ?? textOf(row.progress),
    videoUrl: textOf(row.video_url),
    parameters: broken ? textOf(row.parameters) : null,
    ...Object.fromEntries(KEPT.map((column) => [column, jsonOf(row[column]).value ?? textOf(row[column])])),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
}

/** Returns the ids in a JSON list. */
export function idsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((id) => idOf(id) ?? []) : [];
}
