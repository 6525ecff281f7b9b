import { AppError } from "../core/errors.ts";
import { sizeLimit } from "../core/size_limit.ts";
import type { WriteOptions } from "./blob_store.ts";

/**
 * Yields the bytes of a source in pieces of exactly `pieceBytes` (the last may be shorter), so that a sender of single
 * bytes costs no more writes than any other. All pieces share one buffer: use each before the next.
 *
 * @throws {AppError} `asset_too_large` over `maxBytes`
 * @throws the signal's reason, also while the source is stalled
 */
export async function* intake(
  source: AsyncIterable<Uint8Array>,
  { maxBytes, signal, pieceBytes }: WriteOptions & { pieceBytes: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const piece = new Uint8Array(pieceBytes);
  let filled = 0;
  let total = 0;
  for await (const chunk of abortable(source, signal)) {
    total += chunk.byteLength;
    if (total > maxBytes) {
      throw new AppError("asset_too_large", `Cannot store the file: it is larger than ${sizeLimit(maxBytes)}`);
    }
    for (let taken = 0; taken < chunk.byteLength; ) {
      const part = chunk.subarray(taken, taken + pieceBytes - filled);
      piece.set(part, filled);
      filled += part.byteLength;
      taken += part.byteLength;
      if (filled < pieceBytes) continue;
      yield piece;
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

/** Yields the same items until the signal aborts, even while the source yields none. */
async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  signal?.throwIfAborted();
  // One promise a chunk: a race against one long-lived promise would keep every chunk until the end of the write.
  let reject: (reason: unknown) => void = () => {};
  const onAbort = () => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const iterator = source[Symbol.asyncIterator]();
  let exhausted = false;
  try {
    while (true) {
      signal?.throwIfAborted();
      const turn = Promise.withResolvers<IteratorResult<T>>();
      reject = turn.reject;
      iterator.next().then(turn.resolve, turn.reject);
      const next = await turn.promise;
      if (next.done) {
        exhausted = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    // Not awaited: a stalled generator answers `return` only after its pending `next`, which may be never.
    if (!exhausted) Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
