/** A client in the documentation. */
export const clientExample = {
  id: "019390f0-7c1e-7000-8000-000000000002",
  name: "Acme Outdoor",
  description: "Bottles and tents that last.",
  homepage: "https://acme.example",
  brandGuidelines: {
    logoAssetId: null,
    colors: ["#ff0055", "#101820"],
    fonts: null,
    tone: "warm and plain",
    restrictions: ["never say cheap"],
    examples: null,
  },
  metadata: { crmId: "A-1042" },
  createdAt: "2026-11-22T10:00:00.000Z",
  updatedAt: "2026-11-22T10:00:00.000Z",
} as const;
