import type { Logger } from "pino";
import { type EventLog, isRecorded, type RecordedEvent } from "../event_log/mod.ts";
import { redactUrl } from "../net/mod.ts";
import { AssetFailed, AssetInspected, AssetRequested, assetIdOf } from "./events.ts";

/**
 * Logs what becomes of imports, also of those for which nobody waits: one line when it is asked for, one for its outcome.
 * Of a source's URL only host and path, since its query is where signatures are.
 *
 * @returns ends it
 */
export function logImports(log: EventLog, logger: Logger): () => void {
  function tell(event: RecordedEvent): void {
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
    for (const event of events) tell(event);
  });
}
