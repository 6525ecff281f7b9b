/** An event for the documentation. */
export const eventExample = {
  position: 42,
  id: "019390f0-7c1e-7000-8000-000000000042",
  stream: "asset-019390f0-7c1e-7000-8000-000000000001",
  version: 1,
  type: "AssetRequested",
  data: {
    name: "Bottle on a beach",
    type: "image",
    source: { kind: "url", url: "https://cdn.example/bottle.jpg" },
    clientId: null,
    campaignId: null,
    tags: ["product", "summer"],
  },
  actor: "local",
  recordedAt: "2026-11-22T10:00:00.000Z",
  sentence: "The import of “Bottle on a beach” from cdn.example was requested",
} as const;
