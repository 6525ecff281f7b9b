/** The form of a client's request id that may go into logs, headers and events unchanged. */
const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;

/** Returns the client's `X-Request-Id` when it is harmless, else a new one. */
export function requestIdOf(request: Request): string {
  const sent = request.headers.get("x-request-id");
  return sent !== null && ACCEPTED.test(sent) ? sent : Bun.randomUUIDv7();
}
