import { AssetInspected, AssetRequested, assetStream, BlobStored } from "../../src/assets/events.ts";
import { createCatalogue, openStore } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { checked } from "../support/answer.ts";

/**
 * Adds a second asset with the content of the first one, ready without a thumbnail, as earlier releases left assets
 * after a shortage.
 *
 * @param dataDir of a stopped server
 * @returns its id
 */
export async function unpictured(dataDir: string): Promise<string> {
  const catalogue = createCatalogue(allEvents);
  const store = await openStore({ dataDir, catalogue, projections: allProjections });
  try {
    const events = await store.log.read({ after: 0, limit: 100 });
    const dataOf = (wanted: string) => events.find(({ type }) => type === wanted)?.data;
    const stored = checked(BlobStored.schema, dataOf(BlobStored.type));
    const inspected = checked(AssetInspected.schema, dataOf(AssetInspected.type));
    const id = crypto.randomUUID();
    const place = { clientId: null, campaignId: null, tags: [] };
    const source = { kind: "upload", filename: null } as const;
    const request = AssetRequested.of({ name: "Old", type: null, source, ...place });
    const written = [request, BlobStored.of(stored), AssetInspected.of(inspected)];
    await store.log.append(
      { stream: assetStream(id), expected: "none", events: written },
      { owner: "local", actor: "test" },
    );
    return id;
  } finally {
    store.close();
  }
}
