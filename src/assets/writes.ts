import type { Static } from "@sinclair/typebox";
import { type EventLog, fold, type StreamWrite } from "../event_log/mod.ts";
import { assetDecider, isLost } from "./decide.ts";
import { AssetRequested, assetStream } from "./events.ts";

/** Plans the write that requests an asset, for an append together with other writes. */
export function requestWrite(id: string, asset: Static<typeof AssetRequested.schema>): StreamWrite {
  return { stream: assetStream(id), expected: "none", events: [AssetRequested.of(asset)] };
}

/**
 * Plans the write that retries a failed asset.
 *
 * @returns `waits` unless the asset is ready; `write` retries a failed asset, and for any other only refuses the
 *   append when the asset has changed since; null where the asset can never become ready
 */
export async function retryWrite(log: EventLog, id: string): Promise<{ waits: boolean; write: StreamWrite } | null> {
  const stream = assetStream(id);
  const history = await log.readStream(stream);
  const asset = fold(assetDecider, id, history);
  if (isLost(asset)) return null;
  const events = assetDecider.decide(asset, { do: "retry" });
  const expected = history.at(-1)?.version ?? 0;
  return { waits: asset.status !== "ready", write: { stream, expected, events } };
}
