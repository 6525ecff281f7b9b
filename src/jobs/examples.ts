import { assetExample } from "../assets/mod.ts";

const ID = "019390f0-7c1e-7000-8000-00000000000a";
const CLIENT_ID = "019390f0-7c1e-7000-8000-000000000002";
const VIDEO_SPECS = { duration: 8, format: "16:9", resolution: "720p" } as const;
const AD_BASICS = {
  product: "Aurora, a solar lantern for campers",
  targetAudience: "weekend campers who pack light",
  keyMessage: "Light for three nights from one day of sun",
  callToAction: "Order yours at aurora.example",
} as const;
const DIRECTION = { style: "warm documentary", tone: "calm" } as const;

/** A request with one asset to import and one existing asset. */
export const jobRequestExample = {
  context: { clientId: CLIENT_ID },
  adBasics: AD_BASICS,
  creative: {
    videoSpecs: VIDEO_SPECS,
    direction: DIRECTION,
    outputs: [
      { format: "16:9", platform: "youtube" },
      { name: "Reels", format: "9:16", platform: "reels" },
    ],
    assets: [
      { assetId: assetExample.id, role: "product_shot" },
      { url: "https://cdn.example/tent.webp", role: "lifestyle" },
    ],
  },
} as const;

/** A scene of {@linkcode jobExample}. */
export const sceneExample = {
  id: "019390f0-7c1e-7000-8000-00000000000b",
  jobId: ID,
  sceneNumber: 1,
  duration: 2.6,
  description: "First frame: a hand feeling for a tent zip in the dark. Hold for a beat.",
  script: "Dusk, and one warm light.",
  shotType: "close_up",
  transition: "fade",
  assets: [assetExample.id],
  metadata: {},
  createdAt: "2026-11-22T10:00:02.000Z",
  updatedAt: "2026-11-22T10:00:02.000Z",
} as const;

/** The fields of an output before it is rendered. */
const NOT_RENDERED = {
  status: "pending",
  percentage: 0,
  videoUrl: null,
  thumbnailUrl: null,
  width: null,
  height: null,
  sizeBytes: null,
  duration: null,
  sha256: null,
  error: null,
} as const;

/** A job whose storyboard awaits approval. */
export const jobExample = {
  id: ID,
  userId: "local",
  clientId: CLIENT_ID,
  campaignId: null,
  status: "storyboard_ready",
  allowedActions: ["approve", "reject_storyboard", "regenerate_scene", "regenerate_all_scenes", "cancel"],
  progress: { currentStep: "awaiting_approval", percentage: 50, estimatedCompletion: null },
  context: jobRequestExample.context,
  adBasics: AD_BASICS,
  creative: jobRequestExample.creative,
  advanced: null,
  generateAudio: true,
  videoSpecs: VIDEO_SPECS,
  assetIds: [assetExample.id, "019390f0-7c1e-7000-8000-000000000003"],
  scenes: [sceneExample],
  outputs: [
    { id: "o1", name: "youtube 16:9", format: "16:9", resolution: "720p", platform: "youtube", ...NOT_RENDERED },
    { id: "o2", name: "Reels", format: "9:16", resolution: "720p", platform: "reels", ...NOT_RENDERED },
  ],
  videoUrl: null,
  thumbnailUrl: null,
  captionsUrl: { srt: null, vtt: null },
  audioUrl: { voice: null, music: null, mix: null },
  storyboardUrl: `/api/v3/jobs/${ID}/storyboard.png`,
  warnings: [],
  error: null,
  estimatedCost: 0.017,
  actualCost: 0.001,
  currency: "USD",
  version: 4,
  createdAt: "2026-11-22T10:00:00.000Z",
  updatedAt: "2026-11-22T10:00:02.000Z",
} as const;

/** The approval of a storyboard. */
export const actionExample = { action: "approve" } as const;

/** An edit of a scene's script and duration. */
export const sceneEditExample = { script: sceneExample.script, duration: 3.2 } as const;

/** A regeneration with feedback and constraints. */
export const regenerationExample = {
  feedback: "Show the lantern in the first second",
  constraints: { duration: 3.2, mustIncludeAssets: [assetExample.id] },
} as const;
