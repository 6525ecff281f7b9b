/** A campaign in the documentation. */
export const campaignExample = {
  id: "019390f0-7c1e-7000-8000-000000000003",
  clientId: "019390f0-7c1e-7000-8000-000000000002",
  name: "Summer launch",
  goal: "Sell the new bottle to hikers.",
  status: "active",
  productUrl: "https://acme.example/bottle",
  brief: { season: "summer" },
  metadata: null,
  createdAt: "2026-11-22T10:00:00.000Z",
  updatedAt: "2026-11-22T10:00:00.000Z",
} as const;
