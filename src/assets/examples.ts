const ID = "019390f0-7c1e-7000-8000-000000000001";
const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** An asset that is ready, as the documentation shows it. */
export const assetExample = {
  id: ID,
  userId: "local",
  clientId: null,
  campaignId: null,
  name: "Bottle on a beach",
  type: "image",
  status: "ready",
  url: `/api/v3/assets/${ID}/data`,
  thumbnailUrl: `/api/v3/assets/${ID}/thumbnail`,
  sourceUrl: "https://cdn.example/bottle.jpg",
  blobId: "5f2b6c1e-0d7a-5c3e-9b4f-2a1d8e7c6b50",
  thumbnailBlobId: "7c9d3a42-1b6e-5f80-8a2c-4e5f6a7b8c91",
  sha256: SHA256,
  contentType: "image/jpeg",
  format: "jpeg",
  size: 284_611,
  width: 1920,
  height: 1080,
  duration: null,
  pageCount: null,
  family: null,
  weight: null,
  tags: ["product", "summer"],
  focus: null,
  error: null,
  uploadedAt: "2026-11-22T10:00:01.250Z",
  createdAt: "2026-11-22T10:00:00.000Z",
  updatedAt: "2026-11-22T10:00:01.250Z",
} as const;

/** The same asset while its import is running. */
export const pendingAssetExample = {
  ...assetExample,
  status: "pending",
  url: null,
  thumbnailUrl: null,
  blobId: null,
  thumbnailBlobId: null,
  sha256: null,
  contentType: null,
  format: null,
  size: null,
  width: null,
  height: null,
  uploadedAt: null,
  updatedAt: assetExample.createdAt,
} as const;

/** An import that works on a server without clients. */
export const fromUrlExample = {
  name: assetExample.name,
  type: assetExample.type,
  url: assetExample.sourceUrl,
  tags: assetExample.tags,
} as const;

/** A form with a file; `file` stands for its bytes. */
export const uploadExample = {
  file: "(the bytes of bottle.jpg)",
  name: assetExample.name,
  tags: assetExample.tags,
} as const;

/** Another name and other tags, and the place of the bottle. */
export const patchExample = {
  name: "Bottle at sunset",
  tags: ["product", "autumn"],
  focus: { x: 0.3, y: 0.6 },
} as const;

/** Two imports at once. */
export const fromUrlsExample = {
  assets: [fromUrlExample, { name: "Jingle", type: "audio", url: "https://cdn.example/jingle.mp3" }],
} as const;

/** A batch with one ready asset and one refused source. */
export const batchExample = {
  results: [
    { asset: assetExample, success: true, error: null },
    {
      asset: null,
      success: false,
      error: { code: "source_not_allowed", message: "Cannot import from this URL: its host is not allowed" },
    },
  ],
  summary: { total: 2, successful: 1, failed: 1 },
} as const;

/** An import in the format of the old backend. */
export const unifiedExample = {
  uploadType: "url",
  sourceUrl: fromUrlExample.url,
  name: fromUrlExample.name,
  type: fromUrlExample.type,
  generateThumbnail: true,
} as const;
