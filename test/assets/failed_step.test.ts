import { describe, expect, test } from "bun:test";
import { assetDecider } from "../../src/assets/decide.ts";
import { AssetFailed, AssetRequested, BlobStored } from "../../src/assets/events.ts";
import { createCatalogue, fold } from "../../src/event_log/mod.ts";

const catalogue = createCatalogue([AssetFailed]);
const source = { kind: "url", url: "https://x.test/" } as const;
const requested = AssetRequested.of({ name: "a", type: null, source, clientId: null, campaignId: null, tags: [] });
const stored = BlobStored.of({ blobId: "b", sha256: "0".repeat(64), sizeBytes: 1, sentContentType: null });

describe("a failed import", () => {
  test.each([
    ["before its bytes are there is a failed download", [requested], "download"],
    ["after its bytes are there is a failed inspection", [requested, stored], "inspection"],
  ] as const)("%s", (_what, history, step) => {
    const state = fold(assetDecider, "1", history);
    const events = assetDecider.decide(state, { do: "fail", code: "unavailable", message: "Cannot" });
    expect(events).toEqual([AssetFailed.of({ step, code: "unavailable", message: "Cannot" })]);
  });

  test.each([
    ["source_timeout", "download"],
    ["source_not_allowed", "download"],
    ["asset_too_large", "download"],
    ["media_unreadable", "inspection"],
    ["type_mismatch", "inspection"],
    ["unavailable", null],
    ["internal", null],
  ])("that version 1 wrote down with %s is read as one of the step %p", (code, step) => {
    const data = { code, message: "Cannot" };
    const read = catalogue.upcast({ type: "AssetFailed", schemaVersion: 1, data });
    expect(read).toEqual({ type: "AssetFailed", schemaVersion: 2, data: { step, code, message: "Cannot" } });
    expect(data).toEqual({ code, message: "Cannot" });
  });

  test("of version 1 is never appended again", () => {
    const old = { type: "AssetFailed", schemaVersion: 1, data: { code: "internal", message: "Cannot" } };
    expect(() => catalogue.check(old)).toThrow("only the newest is written");
  });
});
