/** Readers of values of old rows; each returns null for a missing or unusable value. */

/** The longest id that events take. */
const MAX_ID_LENGTH = 200;
const CONTROL = /\p{Cc}/u;

/** Returns an id of the old backend, an integer or text; null when it cannot be used. */
export function idOf(value: unknown): string | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== "string" || value === "" || value.length > MAX_ID_LENGTH) return null;
  return CONTROL.test(value) || !value.isWellFormed() ? null : value;
}

/** Returns non-empty text. */
export function textOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.toWellFormed() : null;
}

/** Returns a finite number, also one stored as text. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** Returns an amount in dollars; null when it is unknown or negative. */
export function dollarsOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && number >= 0 ? number : null;
}

/** Returns true for 1, "1" and "true", because SQLite has no booleans. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === "1" || value === "true";
}

/** `2024-05-01 10:00:00`, `2024-05-01T10:00:00.123456`, with `Z` or an offset, too. Without one it is UTC. */
const TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** Returns a time of the old backend as RFC 3339 in UTC with milliseconds; numbers are Unix seconds. */
export function timeOf(value: unknown): string | null {
  if (typeof value === "number") return dateOf(value * 1000);
  const [, day, time, zone = "Z"] = TIME.exec(textOf(value)?.trim() ?? "") ?? [];
  return day === undefined || time === undefined ? null : dateOf(Date.parse(`${day}T${time}${zoneOf(zone)}`));
}

function zoneOf(zone: string): string {
  return /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
}

function dateOf(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? date.toISOString() : null;
}

/** Parses a JSON value; invalid JSON is `{ broken: true }`. */
export function jsonOf(value: unknown): { readonly value: unknown; readonly broken: boolean } {
  if (value === null || value === undefined || value === "") return { value: null, broken: false };
  if (typeof value !== "string") return { value: null, broken: true };
  try {
    return { value: JSON.parse(value), broken: false };
  } catch {
    return { value: null, broken: true };
  }
}

/** Any JSON object. */
export type JsonObject = Record<string, unknown>;

/** Returns true for a JSON object that is not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the object, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Returns the first field that is set: the old backend wrote both `video_specs` and `videoSpecs`. */
export function field(object: JsonObject, ...names: readonly string[]): unknown {
  return names.map((name) => object[name]).find((value) => value !== undefined && value !== null);
}

/** Returns the texts of a list; a single text counts as a list of one. */
export function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((each) => (typeof each === "string" || typeof each === "number" ? (textOf(each) ?? []) : []));
}

/** Returns an http or https URL without credentials; null for anything else. */
export function webUrlOf(value: unknown): string | null {
  const url = typeof value === "string" && value.length <= 8_192 ? URL.parse(value) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  return url.username === "" && url.password === "" ? String(value) : null;
}
