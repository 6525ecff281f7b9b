import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { AssetRequested, assetStream, BlobStored } from "../../src/assets/events.ts";
import { createAssetQueries } from "../../src/assets/mod.ts";
import { CampaignCreated, campaignStream } from "../../src/campaigns/events.ts";
import { createCampaignQueries, createClientScopeCheck } from "../../src/campaigns/mod.ts";
import { ClientCreated, clientStream } from "../../src/clients/events.ts";
import { createClientQueries } from "../../src/clients/mod.ts";
import { createCatalogue, openStore } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { temporaryDirectory } from "../support/test_server.ts";

const all = { by: "offset", limit: 10, offset: 0 } as const;
const nothing = { items: [], next: null, total: 0 };
const unsaid = { description: null, homepage: null, brandGuidelines: null, metadata: null };
const blob = { blobId: "b", sha256: "0".repeat(64), sizeBytes: 1_000, sentContentType: null };

/** Ann has a client with a campaign and an asset in it; Bob has another client. */
async function annAndBob() {
  const dataDir = await temporaryDirectory();
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  const { log, read } = store;
  const ann = { owner: "ann", actor: "ann" };
  const place = { clientId: "acme", campaignId: "summer" };
  const details = { goal: null, status: "draft", productUrl: null, brief: null, metadata: null } as const;
  const source = { kind: "upload", filename: null } as const;
  const asset = { name: "a", type: "image" as const, source, tags: [], ...place };
  await log.append(
    [
      { stream: clientStream("acme"), expected: "none", events: [ClientCreated.of({ name: "Acme", ...unsaid })] },
      {
        stream: campaignStream("summer"),
        expected: "none",
        events: [CampaignCreated.of({ clientId: "acme", name: "Summer", ...details })],
      },
      { stream: assetStream("photo"), expected: "none", events: [AssetRequested.of(asset), BlobStored.of(blob)] },
    ],
    ann,
  );
  const bobs = [ClientCreated.of({ name: "Bob's", ...unsaid })];
  await log.append({ stream: clientStream("bobs"), expected: "none", events: bobs }, { owner: "bob", actor: "bob" });
  const clients = createClientQueries(read);
  const campaigns = createCampaignQueries(read);
  const hasClient = (owner: string, id: string) => clients.find(owner, id) !== undefined;
  return {
    clients,
    campaigns,
    assets: createAssetQueries(read),
    checkClientScope: createClientScopeCheck({ hasClient, campaigns }),
    async [Symbol.asyncDispose]() {
      store.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

describe("what belongs to one owner", () => {
  test("is seen by that owner", async () => {
    await using at = await annAndBob();
    expect(at.clients.find("ann", "acme")?.name).toBe("Acme");
    expect(at.clients.list("ann", all)).toMatchObject({ items: [{ id: "acme" }], total: 1 });
    expect(at.campaigns.list("ann", {}, all)).toMatchObject({ items: [{ id: "summer" }], total: 1 });
    expect(at.campaigns.idsOf("ann", "acme")).toEqual(["summer"]);
    expect(at.assets.idsIn("ann", { clientId: "acme" })).toEqual(["photo"]);
    expect(at.checkClientScope("ann", { campaignId: "summer" })).toEqual({ clientId: "acme", campaignId: "summer" });
    const one = { total: 1, bytes: 1_000, byType: { image: 1, video: 0, audio: 0, document: 0, font: 0 } };
    expect(at.assets.totalsIn("ann", { campaignId: "summer" })).toEqual(one);
  });

  test("is not there for another owner, by no question", async () => {
    await using at = await annAndBob();
    expect(at.clients.find("bob", "acme")).toBeUndefined();
    expect(at.clients.list("bob", all)).toMatchObject({ items: [{ id: "bobs" }], total: 1 });
    expect(at.campaigns.find("bob", "summer")).toBeUndefined();
    expect(at.campaigns.list("bob", {}, all)).toEqual(nothing);
    expect(at.campaigns.list("bob", { client_id: "acme" }, all)).toEqual(nothing);
    expect(at.campaigns.idsOf("bob", "acme")).toEqual([]);
    expect(at.assets.idsIn("bob", { clientId: "acme" })).toEqual([]);
    expect(at.assets.idsIn("bob", { campaignId: "summer" })).toEqual([]);
    expect(at.assets.totalsIn("bob", { clientId: "acme" })).toMatchObject({ total: 0, bytes: 0 });
  });

  test("cannot be named as a place by another owner, in the words of what is not there", async () => {
    await using at = await annAndBob();
    const refusal = (place: object) => {
      try {
        return at.checkClientScope("bob", place, { at: "context" });
      } catch (error) {
        return error;
      }
    };
    for (const path of ["clientId", "campaignId"]) {
      const details = [{ path: `context.${path}`, message: "no resource of yours has this id" }];
      expect(refusal({ [path]: "summer" })).toMatchObject({ code: "validation_failed", details });
      expect(refusal({ [path]: "acme" })).toMatchObject({ code: "validation_failed", details });
    }
    const mixed = [{ path: "context.campaignId", message: "no resource of yours has this id" }];
    expect(refusal({ clientId: "bobs", campaignId: "summer" })).toMatchObject({ details: mixed });
  });
});
