import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCatalogue, openStore, type RecordedEvent } from "../../src/event_log/mod.ts";
import { createDescribeEvent } from "../../src/history/mod.ts";
import { Event } from "../../src/history/schema.ts";
import { allEventDescriptions, allEvents, allProjections } from "../../src/server/registry.ts";
import { histories, randomOf } from "../histories/mod.ts";
import { checked } from "../support/answer.ts";

const tell = createDescribeEvent(allEvents, allEventDescriptions);

/** An event as the log would have it. */
function recorded(type: string, data: unknown): RecordedEvent {
  const metadata = { owner: "ann", actor: "key-1", requestId: "r", idempotency: { key: "k", fingerprint: "f" } };
  const at = { position: 7, id: "e", stream: "s-1", version: 3, recordedAt: "2026-11-22T10:00:00.000Z" };
  return { ...at, type, schemaVersion: 1, data, metadata };
}

async function everyEvent(): Promise<readonly RecordedEvent[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "reelog-tell-"));
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  try {
    for (const history of Object.values(histories)) {
      for (const seed of [1, 2, 3]) await history(store.log, randomOf(seed));
    }
    return await store.log.read({ after: 0, limit: 1_000_000 });
  } finally {
    store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

describe("what people are told of events", () => {
  test("is a sentence of one line for every type that is declared", async () => {
    const events = await everyEvent();
    const told = events.map((event) => checked(Event, tell(event)));
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(allEvents.map(({ type }) => type)));
    for (const { type, sentence } of told) {
      const isSentence = /^[\p{Lu}\p{N}“][^\n]{5,600}[^.\s]$/u.test(sentence);
      expect({ type, sentence, isSentence }).toEqual({ type, sentence, isSentence: true });
      expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  test("names who did it, and nothing else of the metadata", () => {
    const view = tell(recorded("JobCancelled", {}));
    expect(view).toEqual({
      position: 7,
      id: "e",
      stream: "s-1",
      version: 3,
      type: "JobCancelled",
      data: {},
      actor: "key-1",
      recordedAt: "2026-11-22T10:00:00.000Z",
      sentence: "The job was cancelled",
    });
  });

  test("leaves the secrets of source URLs in the log", () => {
    const url = "https://me:pass@cdn.example/a.png?sig=secret#frag";
    const source = { kind: "url", url };
    const asset = { name: "a", type: null, source, clientId: null, campaignId: null, tags: [] };
    const event = recorded("AssetRequested", asset);
    expect(tell(event)).toMatchObject({
      data: { ...asset, source: { kind: "url", url: "https://cdn.example/a.png" } },
      sentence: "The import of “a” from cdn.example was requested",
    });
    expect(event.data).toEqual(asset);
    const scenes = [{ duration: 3, assets: [url, "id-1"] }];
    const request = {
      context: { clientId: "c" },
      adBasics: {
        product: "Lantern",
        targetAudience: "t",
        keyMessage: "k",
        callToAction: "Go to https://a.example/?x=1",
      },
      creative: { direction: { style: "s" }, assets: [{ url, role: "product_shot" }], storyboard: { scenes } },
    };
    const specs = { duration: 12.5, format: "16:9", resolution: "720p" };
    const job = { request, specs, assets: [], brand: null, estimatedCost: 0, sceneBounds: { min: 1, max: 2 } };
    const view = tell(recorded("JobCreated", job));
    expect(JSON.stringify(view)).not.toMatch(/secret|pass|frag/);
    expect(view.sentence).toBe("A video of 12.5 s for “Lantern” was requested, with no assets");
    expect(JSON.stringify(view)).toContain("https://a.example/?x=1");
  });

  test("quotes people on one line, cut where they are long, and never half a character", () => {
    const feedback = `Make it\n  pop ${"🎬".repeat(500)}`;
    const { sentence } = tell(recorded("StoryboardRejected", { plan: 2, feedback }));
    expect(sentence).toStartWith("The storyboard was rejected, with the feedback “Make it pop 🎬");
    expect(sentence).toEndWith("🎬…”");
    expect(sentence.isWellFormed()).toBe(true);
  });

  test("cannot be made without saying how each event is told", () => {
    const { JobCancelled: _left, ...others } = allEventDescriptions;
    expect(() => createDescribeEvent(allEvents, others)).toThrow(
      "Cannot describe JobCancelled: no slice has a description",
    );
    const { JobFailed } = allEventDescriptions;
    if (!JobFailed) throw new Error("there is one");
    expect(() => createDescribeEvent(allEvents, { ...allEventDescriptions, JobCancelled: JobFailed })).toThrow(
      "Cannot describe",
    );
  });
});
