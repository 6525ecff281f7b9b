import type { Logger } from "pino";
import { type EventLog, isRecorded, type RecordedEvent } from "../event_log/mod.ts";
import { redactUrl } from "../net/mod.ts";
import { AssetFailed, AssetInspected, AssetRequested, assetIdOf } from "./events.ts";

/**
 * Logs imports, also those without a waiting client: one line for the request, one for the outcome.
 * Only host and path of a source's URL are logged, because its query may hold signatures.
 *
 * @returns a function that ends the logging
 */
export function logImports(log: EventLog, logger: Logger): () => void {
  function logEvent(event: RecordedEvent): void {
    const about = { assetId: assetIdOf(event), requestId: event.metadata.requestId };
    if (isRecorded(AssetRequested, event)) {
      const { source } = event.data;
      logger.info({ ...about, source: source.kind === "url" ? redactUrl(source.url) : "upload" }, "import requested");
    } else if (isRecorded(AssetInspected, event)) {
      logger.info({ ...about, format: event.data.format }, "imported");
    } else if (isRecorded(AssetFailed, event)) {
      const { step, code, message } = event.data;
      logger.info({ ...about, step, code, why: message }, "import failed");
    }
  }

  return log.subscribe((events) => {
    for (const event of events) logEvent(event);
  });
}
