import fc from "fast-check";
import { bodyOf, type FuzzBody } from "./bodies.ts";
import { type Kind, known } from "./known.ts";
import { nastyString } from "./nasty.ts";
import type { Operation, Parameter } from "./operations.ts";
import { type FuzzRequest, utf8 } from "./request.ts";
import type { SchemaValues } from "./schema_values.ts";

/** Path segments that are no ids. */
const SEGMENTS = [
  "%00",
  "%ff",
  "%2e%2e",
  "..%2f..%2fetc%2fpasswd",
  "%2F",
  ".",
  "..",
  "%",
  "%zz",
  "%25",
  "a".repeat(300),
];
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const HOSTS = [
  "evil.example",
  "localhost.evil.example",
  "127.0.0.1.nip.example",
  "localhost:99999",
  "[::1",
  "a b",
  "@",
  "LOCALHOST",
];

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  // A wait is a wait: those of a minute would be a minute each.
  prefer: ["respond-async", "wait=0", "wait=1", "wait=-1", "wait=x", "wait=99999999999", "respond-async, wait=0", ","],
  range: [
    "bytes=0-",
    "bytes=0-9,20-29",
    "bytes=-5",
    "bytes=9-0",
    "bytes=99999999999999999999-",
    "lines=1",
    "bytes=0-0,-1",
  ],
  "if-match": ["*", '"1"', 'W/"1"', '"', '"a", "b"'],
  "if-none-match": ["*", '"1"', 'W/"1"', '"'],
  "if-modified-since": ["Sun, 22 Nov 2026 10:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"],
  "if-unmodified-since": ["Sun, 22 Nov 2026 10:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"],
  "if-range": ['"1"', "Sun, 22 Nov 2026 10:00:00 GMT", "x"],
  "idempotency-key": ["once", "twice", "thrice", "x".repeat(255), "x".repeat(256), "with space", ""],
  "x-request-id": ["tour-1", "a b", "x".repeat(129), "<b>"],
  "last-event-id": ["0", "1", "-1", "99999999999999999999", "x"],
};

/** Headers that no endpoint asks for. */
const OTHERS: readonly (readonly [string, string])[] = [
  ["Accept", "text/html"],
  ["Accept-Encoding", "gzip, br, zstd"],
  ["Authorization", "Bearer x"],
  ["X-API-Key", ""],
  ["Cookie", "a=b; __proto__=c; =; %ff=%ff"],
  ["Origin", "null"],
  ["Origin", "https://evil.example"],
  ["Content-Encoding", "gzip"],
  ["Expect", "100-continue"],
  ["X-HTTP-Method-Override", "DELETE"],
  ["X-Forwarded-Host", "evil.example"],
  ["Forwarded", "host=evil.example"],
  ["X-Original-URL", "/metrics"],
];

/** Requests of an endpoint: valid, nearly valid, and garbage. */
export function requestsOf(operation: Operation, values: SchemaValues): fc.Arbitrary<FuzzRequest> {
  const { bodies, parameters } = operation;
  const seldom = fc.integer({ min: 0, max: 29 }).map((draw) => draw === 0);
  return fc
    .record({
      method: fc
        .tuple(seldom, fc.constantFrom(...METHODS))
        .map(([other, method]) => (other ? method : operation.method)),
      path: pathOf(operation),
      query: queryOf(parameters, values),
      headers: headersOf(parameters),
      host: fc.tuple(seldom, fc.constantFrom(...HOSTS)).map(([other, host]) => (other ? host : null)),
      body: bodies === null ? strayBody(seldom) : bodyOf(bodies, values),
      framing: fc.oneof(
        { weight: 12, arbitrary: fc.constant("length" as const) },
        { weight: 2, arbitrary: fc.constant("chunks" as const) },
        { weight: 1, arbitrary: fc.constant("short" as const) },
      ),
    })
    .map(({ method, path, query, headers, host, body, framing }) => ({
      method,
      target: `${path}${query}`,
      headers: [
        ...(host === null ? [] : [["Host", host] as const]),
        ...(body.type === null ? [] : [["Content-Type", body.type] as const]),
        ...headers,
      ],
      body: body.bytes,
      framing,
    }));
}

/** A body where none is read. */
function strayBody(seldom: fc.Arbitrary<boolean>): fc.Arbitrary<FuzzBody> {
  return seldom.map((there) =>
    there ? { type: "application/json", bytes: '{"stray": true}' } : { type: null, bytes: null },
  );
}

function pathOf({ template }: Operation): fc.Arbitrary<string> {
  const kind = /^\/api\/v3\/(assets|jobs|clients|campaigns)/.exec(template)?.[1];
  const nasty = fc.oneof(
    fc.constantFrom(...SEGMENTS),
    nastyString().map((text) => encodeURIComponent(text.toWellFormed().slice(0, 1_000))),
  );
  const parts = template.split("/").map((part) => {
    if (!part.startsWith("{")) return fc.constant(part);
    const right = part === "{scene}" ? fc.oneof(known("scenes"), fc.constantFrom("1", "2", "3")) : knownOf(kind);
    return fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: nasty });
  });
  const tail = fc.oneof({ weight: 30, arbitrary: fc.constant("") }, fc.constantFrom("/", "//", "/more", ";x", "%20"));
  return fc.tuple(fc.tuple(...parts), tail).map(([all, end]) => all.join("/") + end);
}

function knownOf(kind: string | undefined): fc.Arbitrary<string> {
  const kinds: readonly Kind[] = ["assets", "jobs", "clients", "campaigns"];
  const own = kinds.find((each) => each === kind) ?? "assets";
  // Now and then the id of a thing of another kind.
  return fc.oneof({ weight: 12, arbitrary: known(own) }, ...kinds.map(known));
}

function queryOf(parameters: readonly Parameter[], { fitting }: SchemaValues): fc.Arbitrary<string> {
  const written = parameters
    .filter(({ place }) => place === "query")
    .map(({ name, schema }) => {
      const text = fc.oneof({ weight: 5, arbitrary: fitting(schema, name).map(String) }, nastyString());
      const pair = text.map((value) => `${name}=${encoded(value)}`);
      return fc.oneof(
        { weight: 3, arbitrary: fc.constant<string[]>([]) },
        fc.array(pair, { minLength: 1, maxLength: 1 }),
      );
    });
  const stray = fc.constantFrom(
    "x=1",
    "__proto__=1",
    "limit=1&limit=2",
    "%ff=1",
    "a[b]=c",
    "=",
    "&&&",
    "limit",
    `q=${"q".repeat(9_000)}`,
  );
  const strays = fc.oneof(
    { weight: 19, arbitrary: fc.constant<string[]>([]) },
    stray.map((pair) => [pair]),
  );
  return fc.tuple(...written, strays).map((lists) => {
    const pairs = lists.flat();
    return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
  });
}

function encoded(text: string): string {
  // A token stays readable until it is resolved.
  return encodeURIComponent(text.toWellFormed().slice(0, 3_000)).replaceAll("%3A", ":");
}

function headersOf(parameters: readonly Parameter[]): fc.Arbitrary<(readonly [string, string])[]> {
  const asked = parameters
    .filter(({ place }) => place === "header")
    .map(({ name }) => {
      const usual = fc.constantFrom(...(HEADERS[name.toLowerCase()] ?? ["x"]));
      const known = name === "If-Match" || name === "If-None-Match" ? fc.oneof(usual, etag()) : usual;
      // Not for Prefer: a lucky `wait=60` is a minute.
      const value = name === "Prefer" ? usual : fc.oneof({ weight: 5, arbitrary: known }, headerText());
      const given = value.map((text): (readonly [string, string])[] => [[name, text]]);
      return fc.oneof({ weight: 4, arbitrary: fc.constant<(readonly [string, string])[]>([]) }, given);
    });
  const other = fc.oneof(
    { weight: 60, arbitrary: fc.constant<(readonly [string, string])[]>([]) },
    { weight: 8, arbitrary: fc.constantFrom(...OTHERS).map((header) => [header]) },
    { weight: 4, arbitrary: headerText().map((text) => [["X-Request-Id", text] as const]) },
    { weight: 1, arbitrary: fc.constantFrom(20_000, 100_000).map((size) => [["X-Long", "x".repeat(size)] as const]) },
  );
  return fc.tuple(...asked, other).map((lists) => lists.flat());
}

function etag(): fc.Arbitrary<string> {
  return known("etags");
}

/** The characters that a header may hold: all but line ends and NUL. */
function headerText(): fc.Arbitrary<string> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be sent
  return nastyString().map((text) => utf8(text.slice(0, 2_000)).replace(/[\u0000\r\n]/g, ""));
}
