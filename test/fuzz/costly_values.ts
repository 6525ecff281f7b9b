import { isObject, type JsonObject } from "../../src/http/openapi/json.ts";
import { HOSTILE_TEXTS } from "../support/hostile_texts.ts";

/** A little less than the largest body, in bytes. */
const BODY_BYTES = 2 ** 20 - 2 ** 15;
/** The most values, and levels, of a body that is read. */
const VALUES = 20_000;
const LEVELS = 64;

/** Of what a schema is part of. */
interface Within {
  readonly schema: JsonObject;
  readonly document: JsonObject;
  /** Chooses the texts, so that fields differ and runs repeat. */
  readonly of: string;
}

/** Two hostile texts, others for each name: all of them for every field would take minutes. */
export function costlyTexts(length: number, of: string): [kind: string, text: string][] {
  const kinds = Object.entries(HOSTILE_TEXTS);
  const first = Number(Bun.hash.crc32(of)) % kinds.length;
  const second = (first + 7) % kinds.length;
  return [first, second].flatMap((at) => {
    const [kind, make] = kinds[at] ?? [];
    return kind !== undefined && make ? [[kind, make(length)]] : [];
  });
}

/** A right body with the ugliest value in one field after the other, and bodies that are as large as the schema lets. */
export function costlyBodies(right: unknown, within: Within): [kind: string, body: unknown][] {
  const places = placesOf(right);
  return [
    ...places.flatMap((place) =>
      costlyTexts(BODY_BYTES / 8, `${within.of} ${place.join(".")}`)
        .slice(0, place.length === 1 ? 2 : 1)
        .map(([kind, text]): [string, unknown] => [`${place.join(".")} with ${kind}`, replaced(right, place, text)]),
    ),
    ...places
      .filter(({ length }) => length <= 2)
      .flatMap((place): [string, unknown][] => {
        const room = VALUES - countOf(right);
        return [
          [
            `${place.join(".")} of ${VALUES} values`,
            replaced(
              right,
              place,
              Array.from({ length: room }, (_, at) => at),
            ),
          ],
          [`${place.join(".")} of ${LEVELS} levels`, replaced(right, place, nested(LEVELS - place.length - 1))],
        ];
      }),
    ...["a", "quoted words", "A b. ", "1 "].map((kind): [string, unknown] => {
      const text = (length: number) => (HOSTILE_TEXTS[kind] ?? ((most) => kind.repeat(most).slice(0, most)))(length);
      return [`the largest right body of ${kind}`, largest(right, { ...within, text })];
    }),
  ];
}

/** Every place of a value below its root, and one entry of each array. */
function placesOf(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  const children = Array.isArray(value)
    ? value.slice(0, 1).map((child: unknown, index): [string, unknown] => [String(index), child])
    : Object.entries(isObject(value) ? value : {});
  return children.flatMap(([key, child]) => [[...at, key], ...placesOf(child, [...at, key])]);
}

function replaced(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other;
  if (Array.isArray(value))
    return value.map((child, at) => (String(at) === key ? replaced(child, rest, other) : child));
  return { ...Object(value), [key]: replaced(Object(value)[key], rest, other) };
}

function countOf(value: unknown): number {
  return JSON.stringify(value).split(/[,{[]/).length;
}

function nested(depth: number): unknown {
  let value: unknown = "x".repeat(1_000);
  for (let at = 0; at < depth; at++) value = at % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Grows every text to its `maxLength` and every list to its `maxItems`, as far as they fit into a body. */
function largest(right: unknown, { schema, document, text }: Within & { text: (length: number) => string }): unknown {
  let bytes = BODY_BYTES / 2;
  let values = VALUES - 2_000;

  function resolved(of: unknown): JsonObject {
    if (!isObject(of)) return {};
    const alternatives = [of.anyOf, of.oneOf, of.allOf].find(Array.isArray);
    if (alternatives) return resolved(alternatives[0]);
    if (typeof of.$ref !== "string") return of;
    const found = of.$ref
      .slice(2)
      .split("/")
      .reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), document);
    return resolved(found);
  }

  function grown(value: unknown, of: unknown): unknown {
    const { maxLength, maxItems, items, properties, enum: choices, pattern, format } = resolved(of);
    values--;
    if (typeof value === "string") {
      if (choices || pattern || format || typeof maxLength !== "number") return value;
      const length = Math.max(0, Math.min(maxLength, Math.floor(bytes / 2)));
      bytes -= 2 * length;
      return length > value.length ? text(length) : value;
    }
    if (Array.isArray(value)) {
      const most = Math.min(Number(maxItems ?? 100), 5_000);
      const list: unknown[] = [];
      while (list.length < most && bytes > 5_000 && values > 0) list.push(grown(value[0] ?? "x", items));
      return list;
    }
    if (!isObject(value)) return value;
    const fields = isObject(properties) ? properties : {};
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, grown(child, fields[key])]));
  }

  return grown(right, schema);
}

/** Header fields that are read piece by piece, each as long as the server takes. */
export function costlyHeaders(): [name: string, value: string][] {
  const long = (piece: string) => piece.repeat(Math.ceil(12_000 / piece.length)).slice(0, 12_000);
  return [
    ["if-match", long('"a",')],
    ["if-none-match", long('W/"a",')],
    ["if-none-match", long('"')],
    ["if-range", long('"a')],
    ["range", `bytes=${long("0-0,")}0-1`],
    ["range", `bytes=${"9".repeat(12_000)}-`],
    ["prefer", long('wait=1;a="b",')],
    ["prefer", long(" ;")],
    ["accept", long("a/b;q=0.1,")],
    ["accept-encoding", long("gzip;q=0,")],
    ["authorization", `Bearer ${long("a ")}`],
    ["cookie", long("a=b;")],
    ["idempotency-key", long('"a')],
    ["last-event-id", "9".repeat(12_000)],
    ["x-request-id", long("a-")],
    ["origin", `http://${long("a.")}`],
    ["content-type", long("multipart/form-data;boundary=a;")],
    ["content-disposition", long("attachment;filename*=UTF-8''a;")],
  ];
}

/** Forms whose parts, names or boundaries are more than anybody needs. */
export function costlyForms(): [kind: string, body: string, boundary: string][] {
  const part = (head: string, content: string, boundary = "b") => `--${boundary}\r\n${head}\r\n\r\n${content}\r\n`;
  const field = (name: string) => `Content-Disposition: form-data; name="${name}"`;
  const file = part(`${field("file")}; filename="a.txt"`, "words");
  const end = "--b--\r\n";
  const texts = Object.entries(HOSTILE_TEXTS).slice(0, 8);
  return [
    ["many parts", part(field("tags"), "a").repeat(10_000) + file + end, "b"],
    ["many headers", part(`${field("name")}\r\n${"X-A: b\r\n".repeat(20_000)}X-B: c`, "a") + file + end, "b"],
    ["a long name", part(field("n".repeat(900_000)), "a") + file + end, "b"],
    ["a long file name", part(`${field("file")}; filename="${'\\"a'.repeat(300_000)}"`, "words") + end, "b"],
    ["parameters", part(`${field("file")}${"; filename*=UTF-8''%41".repeat(40_000)}`, "words") + end, "b"],
    [
      "a body that looks like its boundary",
      part(`${field("file")}; filename="a"`, "\r\n--".repeat(250_000)) + end,
      "b",
    ],
    [
      "a boundary of hyphens",
      part(`${field("file")}; filename="a"`, "-".repeat(900_000), "-".repeat(60)),
      "-".repeat(60),
    ],
    ...texts.flatMap(([kind, make]): [string, string, string][] =>
      ["name", "tags", "metadata"].map((name) => [
        `${name} with ${kind}`,
        part(field(name), make(400_000)) + file + end,
        "b",
      ]),
    ),
  ];
}

/** URL-encoded forms: few endpoints take one, and each must refuse one without reading it for long. */
export function costlyUrlEncoded(): [kind: string, body: string][] {
  const upTo = (piece: string) => piece.repeat(Math.floor(BODY_BYTES / piece.length));
  const asked = "uploadType=url&type=image&name=a&sourceUrl=http://127.0.0.1:1/a.png";
  return [
    ["a URL-encoded form of many fields", `${asked}&${upTo("a=b&")}`],
    ["a URL-encoded form of many tags", `${asked}&${upTo("tags=a&")}`],
    ["a URL-encoded form of escapes", `${asked}&metadata=${upTo("%5B")}`],
    ["a URL-encoded form of broken escapes", `${asked}&name=${upTo("%F0%9")}`],
    ["a URL-encoded form of signs", `${upTo("&=+")}`],
    ["a URL-encoded form of one long name", `${upTo("a%5B")}=b`],
  ];
}
