/**
 * Returns the outcome of a promise, or rejects with the signal's reason as soon as it aborts. Work that does not listen
 * to signals, such as a native decoder or a starting process, goes on; only the caller stops waiting.
 *
 * @throws the signal's reason, also where the promise was settled already
 */
export async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return await promise;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    // In this order, so that the signal wins where both are settled. The race also handles a promise that rejects
    // later.
    return await Promise.race([aborted.promise, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
