import fc from "fast-check";
import { isObject } from "../../src/http/openapi/json.ts";
import { nearly } from "./mutations.ts";
import { nastyString, nastyValue } from "./nasty.ts";
import { utf8 } from "./request.ts";
import type { SchemaValues } from "./schema_values.ts";

/** A body with its content type; null sends none. */
export interface FuzzBody {
  readonly type: string | null;
  readonly bytes: string | null;
}

const WRONG_TYPES = [
  null,
  "",
  "text/plain",
  "application/json; charset=latin1",
  "application/jsonx",
  "multipart/form-data",
  "multipart/form-data; boundary=",
  'multipart/form-data; boundary="unclosed',
  "application/x-www-form-urlencoded",
  "application/octet-stream",
  "application/json, application/json",
  ";;;",
];

const BROKEN_JSON = [
  "",
  "{",
  '{"name": ',
  '{"name": "x"',
  "[1,]",
  "{'name': 'x'}",
  '{"name": "x"} trailing',
  '{"name": "a", "name": "b"}',
  '{"duration": 1e999}',
  '{"__proto__": {"admin": true}}',
  '{"constructor": {"prototype": {"admin": true}}}',
  "\ufeff{}",
  "NaN",
  '"just a text"',
  "null",
  "[".repeat(50_000),
  '{"a":'.repeat(5_000),
  `{"name": "${"x".repeat(1_048_576)}"}`,
  `{"name": "\\ud800"}`,
];

const FILES: readonly (readonly [name: string, type: string, bytes: string])[] = [
  [
    "logo.svg",
    "image/svg+xml",
    '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="4" height="3"/></svg>',
  ],
  ["brief.txt", "text/plain", "A brief of two lines\nfor a bottle"],
  ["page.png", "image/png", "<html><script>alert(1)</script></html>"],
  [
    "pixel.gif",
    "image/gif",
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
  ],
  ["empty.jpg", "image/jpeg", ""],
];

/** Bodies of an endpoint: right ones, nearly right ones, and garbage. */
export function bodyOf(bodies: ReadonlyMap<string, unknown>, { fitting }: SchemaValues): fc.Arbitrary<FuzzBody> {
  const written = [...bodies].map(([type, schema]) => {
    const right = fitting(schema);
    const value = fc.oneof({ weight: 10, arbitrary: right }, { weight: 5, arbitrary: nearly(right) }, nastyValue());
    if (type === "multipart/form-data") return value.chain(multipart);
    if (type === "application/x-www-form-urlencoded") return value.map(urlEncoded);
    return value.map((json) => ({ type, bytes: utf8(JSON.stringify(json)) }));
  });
  const right = fc.oneof(...written);
  return fc.oneof(
    { weight: 30, arbitrary: right },
    {
      weight: 2,
      arbitrary: fc.tuple(right, fc.constantFrom(...WRONG_TYPES)).map(([body, type]) => ({ ...body, type })),
    },
    { weight: 2, arbitrary: fc.tuple(right, fc.nat()).map(([body, at]) => cut(body, at)) },
    { weight: 2, arbitrary: fc.constantFrom(...BROKEN_JSON).map((text) => ({ type: JSON_TYPE, bytes: utf8(text) })) },
    {
      weight: 1,
      arbitrary: fc
        .uint8Array({ maxLength: 300 })
        .map((bytes) => ({ type: JSON_TYPE, bytes: String.fromCharCode(...bytes) })),
    },
    { weight: 1, arbitrary: fc.constant({ type: null, bytes: null }) },
  );
}

const JSON_TYPE = "application/json";
const BOUNDARY = "----fuzz";

function cut({ type, bytes }: FuzzBody, at: number): FuzzBody {
  return { type, bytes: bytes === null ? null : bytes.slice(0, at % (bytes.length + 1)) };
}

function urlEncoded(value: unknown): FuzzBody {
  const fields = isObject(value) ? Object.entries(value) : [["value", value] as const];
  const search = new URLSearchParams(
    fields.map(([name, field]) => [name.toWellFormed(), textOf(field).toWellFormed()]),
  );
  return { type: "application/x-www-form-urlencoded", bytes: search.toString() };
}

/** A form in which the file, its name and the order of parts are whatever comes. */
function multipart(value: unknown): fc.Arbitrary<FuzzBody> {
  const file = fc.constantFrom(...FILES);
  const name = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, nastyString());
  const ending = fc.constantFrom(
    `--${BOUNDARY}--\r\n`,
    `--${BOUNDARY}--\r\n`,
    `--${BOUNDARY}--\r\n`,
    "",
    "--other--\r\n",
  );
  return fc.tuple(file, name, ending, fc.boolean()).map(([[fileName, type, bytes], other, end, repeat]) => {
    const parts = Object.entries(isObject(value) ? value : { value }).flatMap(([key, field]) => {
      if (key === "file") return [part(`name="file"; filename="${quoted(other ?? fileName)}"`, bytes, type)];
      if (repeat && Array.isArray(field)) return field.map((each) => part(`name="${quoted(key)}"`, textOf(each)));
      return [part(`name="${quoted(key)}"`, textOf(field))];
    });
    return { type: `multipart/form-data; boundary=${BOUNDARY}`, bytes: `${parts.join("")}${end}` };
  });
}

function part(disposition: string, bytes: string, type?: string): string {
  const typed = type === undefined ? "" : `Content-Type: ${type}\r\n`;
  const content = type === undefined ? utf8(bytes) : bytes;
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; ${utf8(disposition)}\r\n${typed}\r\n${content}\r\n`;
}

/** As browsers escape a name (the HTML standard, multipart/form-data). */
function quoted(text: string): string {
  return text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
