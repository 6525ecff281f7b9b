import { ERROR_CODES, ERRORS, type ErrorCode } from "../../core/errors.ts";
import { MAX_WAIT_SECONDS } from "../request/prefer.ts";

/** Returns the introduction of the documentation, in Markdown: the conventions of every endpoint. */
export function guide(): string {
  return `The backend for making video ads. Give it a brief and the URLs of your assets; it checks and stores every asset, plans a storyboard, lets people revise and approve it, and renders a preview. Every change is an event in an append-only log.

## The envelope

Every JSON answer below \`/api/v3\` is \`{ data, error, meta }\` with an honest status code. On success \`error\` is null. On failure \`data\` is null, \`error\` is one sentence for a person, and \`meta.code\` is for programs. \`meta.requestId\` is the X-Request-Id header; name it when you report a problem. Unknown fields of a body are refused, and \`"5"\` is not 5.

## Errors

${ERROR_CODES.map(describeCode).join("\n")}

\`meta.details\` is \`[{ path, message }]\` for \`validation_failed\`, \`{ status, allowedActions }\` for \`wrong_state\`, and \`{ assetId }\` for an import that failed: the failed asset stays, with its reason. A method that a path does not have is 405 with an \`Allow\` header. HEAD is answered wherever GET is.

## Waiting

Endpoints that wait for an outcome listen to \`Prefer: respond-async\` (answer 202 at once) and \`Prefer: wait=n\` (n seconds, at most ${MAX_WAIT_SECONDS}). When the time runs out, the answer is 202 with the thing as it is then; the work goes on, and \`Location\` says where to look. A client that goes away does not cancel what it asked for.

## Repeating safely

Send an \`Idempotency-Key\` with every POST that makes something. A second request with the same key and body waits for and gets the outcome of the first, a failure too, with \`Idempotency-Replayed: true\`. The same key with another body is 422.

## Pages

Lists take \`limit\` and either \`offset\` or \`cursor\`. Follow \`meta.nextCursor\`, or the \`Link\` header with \`rel="next"\`, until there is none: this stays as fast at the millionth row. With an offset, \`meta.page\` and \`meta.total\` are there too.

## Absent values

In a request, null for an optional field means that it is absent. In a change of a client, campaign or asset null clears a field, and is 422 where it cannot. Names and tags are kept in Unicode's normal form C, without blanks around them.

## Versions

Clients, campaigns, assets, jobs and scenes have a version, which is their ETag. With \`If-Match\` a change is refused with 412 when somebody else was faster; with \`If-None-Match\` a read answers 304. The weak form that a compressing proxy makes of such an ETag (\`W/"5"\`) counts as the ETag. A thing with signed links is answered with 304 for half an hour after its last change only, so that nobody keeps links that end; and so is no job that imports assets, whose progress is no version. Lists have no ETag.

## Bytes

Data and thumbnails have a strong ETag, the hash of their content, and answer single and multiple ranges, \`If-Range\`, and preconditions (304, 412, 416).

## Events

Everything that happens is an event with a position, the order of all events, and a sentence for people. \`/jobs/{id}/history\` and \`/assets/{id}/history\` list them; \`/jobs/{id}/scenes/{scene}/revisions\` says what changed in a scene, and why. \`?at=\` with a position or a time answers a job, its scenes or an asset as they were then, from the events alone.

\`/jobs/{id}/events\` and \`/events\` stream events as they happen (server-sent events): \`id\` is the position, \`event\` the type, \`data\` the event on one line. A browser's \`EventSource\` resumes after a broken connection, without loss and without repetition; it cannot send a key, and a proxy's error ends it for good, so read the stream with \`fetch\` and send \`Last-Event-ID\` when you come back. A browser has six connections to an origin over HTTP/1.1: share one \`/events\` on a page. When the connection ends, come back; 204 says that there is nothing more to come.

## Access

A server with no API key issued is open: it listens on loopback only, answers only to loopback names or its public URL, and refuses pages of other origins.

With a key issued (\`bun run keys create --owner NAME\`), every request below \`/api/v3\` needs one, as \`Authorization: Bearer\` or \`X-API-Key\`, and sees and changes only what belongs to the key's owner. A key of scope \`read\` may GET and HEAD, \`write\` everything of its owner, \`admin\` also \`/metrics\`. The server stays closed when every key is revoked.`;
}

/** Describes a code in Markdown, where an angle bracket would begin a tag. */
function describeCode(code: ErrorCode): string {
  const { status, advice } = ERRORS[code];
  return `- ${status} \`${code}\`: ${advice.replaceAll("<", "&lt;")}`;
}
