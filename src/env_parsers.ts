/**
 * Parsers of environment variables. Each throws an `Error` whose message is a predicate, as the
 * second half of a sentence that begins with the variable: "is 'abc' and not a whole number from 0 to 65535".
 */

import { homedir } from "node:os";
import { MIN_SECRET_LENGTH, type SigningSecrets } from "./access/mod.ts";
import { type Networks, parseNetworks } from "./http/mod.ts";
import { type Grants, parseGrants } from "./net/mod.ts";

/** Returns any text unchanged. */
export function text(value: string): string {
  return value;
}

/** Returns a path; `~` at its start is the home directory, which no shell expands within `NAME="~/…"` or an env file. */
export function path(value: string): string {
  return value.replace(/^~(?=\/|$)/, homedir());
}

/** Returns a parser of a whole number of at most nine digits, within these bounds. */
export function integer(min: number, max: number): (text: string) => number {
  return (value) => {
    if (!/^\d{1,9}$/.test(value) || Number(value) < min || Number(value) > max) {
      throw new Error(`is '${value}' and not a whole number from ${min} to ${max}`);
    }
    return Number(value);
  };
}

function positive(value: string, max: number): number {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(value) || Number(value) <= 0 || Number(value) > max) {
    throw new Error(`is '${value}' and not a number above 0 and at most ${max}`);
  }
  return Number(value);
}

/** Parses a size in MiB, as bytes; at most 1 TiB, which is more than a video ad needs and still exact. */
export function mebibytes(value: string): number {
  return Math.ceil(positive(value, 1024 * 1024) * 1024 * 1024);
}

/** Parses a size as {@linkcode mebibytes} does, or 0. */
export function mebibytesOrNone(value: string): number {
  return Number(value) === 0 ? 0 : mebibytes(value);
}

/** Parses a time in seconds, at most a day, as milliseconds. */
export function seconds(value: string): number {
  return Math.ceil(positive(value, 86_400) * 1000);
}

/** Parses whole hours from 0 up to a year to milliseconds. */
export function hours(value: string): number {
  return integer(0, 8_784)(value) * 3_600_000;
}

/** Creates the parser of one of several words. */
export function oneOf<const Choice extends string>(...choices: readonly Choice[]): (text: string) => Choice {
  return (value) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new Error(`is '${value}' and not one of ${choices.join(", ")}`);
    return found;
  };
}

/** Parses the granted hosts; the error names the wrong entry. */
export function grants(value: string): Grants {
  try {
    return parseGrants(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    throw new Error(`is '${value}': ${why.replace(/^Cannot read grant/, "cannot read grant")}`);
  }
}

/** Parses the addresses and networks of proxies. */
export function networks(value: string): Networks {
  return parseNetworks(value);
}

/** Parses comma-separated secrets, each long enough; the error must not repeat one. */
export function secrets(value: string): SigningSecrets {
  const [first, ...others] = value.split(",").map((part) => part.trim());
  if (first === undefined || [first, ...others].some(({ length }) => length < MIN_SECRET_LENGTH)) {
    throw new Error(`has a secret of fewer than ${MIN_SECRET_LENGTH} characters`);
  }
  return [first, ...others];
}

/** Parses the prefix of URLs, without a slash at its end. */
export function httpUrl(value: string): string {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    // The value is not repeated, because it may hold a password.
    throw new Error("is not an http or https URL without user, query and fragment");
  }
  return url.href.replace(/\/+$/, "");
}

/** Parses comma-separated origins in the format of browsers. */
export function origins(value: string): readonly string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const url = URL.parse(part);
      if (!url || !/^https?:$/.test(url.protocol) || (url.href !== `${url.origin}/` && url.href !== url.origin)) {
        throw new Error(`has '${part}', which is not an origin such as https://app.example`);
      }
      return url.origin;
    });
}
