import { AppError } from "../core/errors.ts";
import { asUnavailable } from "../core/shortage.ts";
import type { DeadlineTimers } from "./deadlines.ts";
import type { Exchange } from "./exchange.ts";
import { tooLarge } from "./response_head.ts";
import type { SourceErrorFactory } from "./source_error.ts";

/**
 * Reads the body of a response as it arrives, with no read-ahead beyond the socket buffers.
 *
 * The connection is closed at the end, at an error, and when the caller stops reading.
 *
 * @throws {AppError} `asset_too_large`, `source_error`, `source_timeout`; or the reason of the caller's signal
 */
export async function* readBody(
  { response, broken, close }: Exchange,
  options: { watch: DeadlineTimers; maxBytes: number; sourceError: SourceErrorFactory },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { watch, maxBytes, sourceError } = options;
  const chunks: AsyncIterable<Uint8Array> = response;
  let received = 0;
  try {
    watch.signal.throwIfAborted();
    watch.enter("idle", sourceError);
    for await (const chunk of chunks) {
      watch.signal.throwIfAborted();
      watch.rest();
      received += chunk.byteLength;
      if (received > maxBytes) throw tooLarge({ maxBytes, sourceError });
      yield chunk;
      watch.enter("idle", sourceError);
    }
    // A destroyed body may end like a complete one.
    watch.signal.throwIfAborted();
    if (!response.complete || (endsWithConnection(response.headers) && broken() !== undefined))
      throw cutOff(sourceError);
  } catch (error) {
    const passing = asUnavailable(error, "fetch the file");
    watch.stop(passing instanceof AppError ? passing : cutOff(sourceError));
    throw watch.signal.reason;
  } finally {
    watch.end();
    close();
  }
}

/**
 * Returns true where only the end of the connection ends the body (RFC 9112, section 6.3); `complete` is then
 * meaningless.
 */
function endsWithConnection(headers: Record<string, unknown>): boolean {
  return headers["content-length"] === undefined && headers["transfer-encoding"] === undefined;
}

function cutOff(sourceError: SourceErrorFactory): Error {
  return sourceError("source_error", "broke off before the file was complete");
}
