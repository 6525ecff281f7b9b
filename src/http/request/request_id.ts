/** Says whether a request id of a client may go into logs, headers and events as it is. */
const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;

/** The client's `X-Request-Id` when it is harmless, else a new one. */
export function requestIdOf(request: Request): string {
  const sent = request.headers.get("x-request-id");
  return sent !== null && ACCEPTED.test(sent) ? sent : Bun.randomUUIDv7();
}
