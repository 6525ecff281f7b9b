import type { Static } from "@sinclair/typebox";
import { type EventLog, fold, type StreamWrite } from "../event_log/mod.ts";
import { assetDecider } from "./decide.ts";
import { AssetRequested, assetStream } from "./events.ts";

/** The write that asks for an asset, for an append that makes something else with it. */
export function requestWrite(id: string, asset: Static<typeof AssetRequested.schema>): StreamWrite {
  return { stream: assetStream(id), expected: "none", events: [AssetRequested.of(asset)] };
}

/**
 * What it takes to have a failed asset again.
 *
 * @returns `waits` unless the asset is ready; `write` imports a failed one again, and for any other only refuses the
 *   append when the asset has changed since
 * @throws {AppError} `conflict` for an upload, whose bytes are gone
 */
export async function retryWrite(log: EventLog, id: string): Promise<{ waits: boolean; write: StreamWrite }> {
  const stream = assetStream(id);
  const history = await log.readStream(stream);
  const asset = fold(assetDecider, id, history);
  const events = assetDecider.decide(asset, { do: "retry" });
  const expected = history.at(-1)?.version ?? 0;
  // A deleted asset is not waited for: the job's worker finds it missing and says so.
  const waits = asset.status === "pending" || asset.status === "failed";
  return { waits, write: { stream, expected, events } };
}
