import fc from "fast-check";
import { nastyString } from "./nasty.ts";
import type { FuzzRequest } from "./request.ts";

/** A signed URL, taken apart. */
export interface SignedLink {
  /** `url`, `thumbnailUrl`, … */
  readonly name: string;
  readonly path: string;
  readonly expires: string;
  readonly signature: string;
}

/** Takes a signed URL apart. */
export function signedLink(name: string, url: string): SignedLink {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [expires, signature] = [searchParams.get("expires"), searchParams.get("signature")];
  if (expires === null || signature === null) throw new Error(`${name} is not signed: ${url}`);
  return { name, path: pathname, expires, signature };
}

/** The URL of a link, in its own spelling. */
export function targetOf({ path, expires, signature }: SignedLink): string {
  return `${path}?expires=${expires}&signature=${signature}`;
}

/** What to do to a link, given all there are; drawn before there is any, so that runs repeat. */
export interface Tampering {
  /** In words, for whoever reads a finding. */
  readonly name: string;
  request(link: SignedLink, all: readonly SignedLink[]): Pick<FuzzRequest, "method" | "target" | "headers">;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** What may come with any of them, and opens nothing. */
const COMPANIONS: readonly (readonly [string, string])[] = [
  ["Range", "bytes=0-"],
  ["Range", "bytes=0-0,-1"],
  ["Range", "bytes=99999999-"],
  ["If-None-Match", "*"],
  ["If-Match", "*"],
  ["If-Range", "x"],
  ["Origin", "https://evil.example"],
  ["Authorization", "Basic YTpi"],
  ["X-HTTP-Method-Override", "GET"],
  ["Cookie", "signature=x"],
  ["Referer", "http://localhost/"],
];

/** Links of which one part is wrong. Each of them must be refused. */
export function tamperings(): fc.Arbitrary<Tampering> {
  const companion = fc.oneof(
    { weight: 3, arbitrary: fc.constant<FuzzRequest["headers"]>([]) },
    fc.constantFrom(...COMPANIONS).map((header) => [header]),
  );
  const method = fc.constantFrom("GET", "GET", "GET", "HEAD");
  const wrong = fc.oneof(
    { weight: 5, arbitrary: otherSignature() },
    { weight: 3, arbitrary: otherTime() },
    { weight: 3, arbitrary: otherPath() },
    { weight: 3, arbitrary: otherQuery() },
    { weight: 1, arbitrary: fc.nat(1_000).map(anothersSignature) },
  );
  const ofTarget = fc.tuple(wrong, method, companion).map(
    ([{ name, target }, asked, headers]): Tampering => ({
      name,
      request: (link, all) => ({ method: asked, target: target(link, all), headers }),
    }),
  );
  return fc.oneof({ weight: 8, arbitrary: ofTarget }, { weight: 1, arbitrary: otherMethod() }, otherKey());
}

interface WrongTarget {
  readonly name: string;
  target(link: SignedLink, all: readonly SignedLink[]): string;
}

function otherSignature(): fc.Arbitrary<WrongTarget> {
  const flipped = fc.nat(255).map((bit) => {
    return signed(`bit ${bit} of the signature flipped`, (signature) => {
      const bytes = Buffer.from(signature, "base64url");
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return bytes.toString("base64url");
    });
  });
  // The last character stands for four bits only: two others that decode to the same bytes are not the same signature.
  const replaced = fc.tuple(fc.oneof(fc.nat(42), fc.constant(42)), fc.integer({ min: 1, max: 63 })).map(([at, by]) => {
    return signed(`character ${at} of the signature replaced`, (signature) => {
      const other = ALPHABET[(ALPHABET.indexOf(signature.charAt(at)) + by) % 64] ?? "";
      return signature.slice(0, at) + other + signature.slice(at + 1);
    });
  });
  const cut = fc.nat(42).map((length) => signed(`signature cut to ${length}`, (text) => text.slice(0, length)));
  const respelled = fc.constantFrom(...RESPELLINGS).map(([name, change]) => signed(name, change));
  const foreign = nastyString().map((text) => signed("a text for a signature", () => escaped(text)));
  return fc.oneof(flipped, replaced, cut, respelled, foreign);
}

const RESPELLINGS: readonly (readonly [string, (signature: string) => string])[] = [
  ["padded", (text) => `${text}=`],
  ["padded and escaped", (text) => `${text}%3D`],
  ["padded twice", (text) => `${text}==`],
  ["in hexadecimal", (text) => Buffer.from(text, "base64url").toString("hex")],
  ["in base64 with its padding", (text) => encodeURIComponent(Buffer.from(text, "base64url").toString("base64"))],
  ["doubled", (text) => text + text],
  ["backwards", (text) => `.${[...text].reverse().join("")}`],
  ["after a blank", (text) => `%20${text}`],
  ["before a blank", (text) => `${text}+`],
  ["before a NUL", (text) => `${text}%00`],
  ["before a line end", (text) => `${text}%0A`],
  ["before what ends a query", (text) => `${text}%26x=1`],
  ["as bytes of its text", (text) => Buffer.from(text).toString("base64url")],
  ["of zeros", () => "A".repeat(43)],
  ["of none", () => ""],
  ["very long", (text) => text.repeat(150)],
];

function otherTime(): fc.Arbitrary<WrongTarget> {
  const moved = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).filter((by) => by !== 0);
  const by = fc.oneof(fc.constantFrom(-1, 1, 3_600, -3_600, 86_400), moved);
  const shifted = by.map((seconds) => timed(`${seconds} s later`, (expires) => String(Number(expires) + seconds)));
  const respelled = fc.constantFrom(...TIMES).map(([name, change]) => timed(name, change));
  const foreign = nastyString().map((text) => timed("a text for a time", () => escaped(text)));
  return fc.oneof(shifted, respelled, foreign);
}

const TIMES: readonly (readonly [string, (expires: string) => string])[] = [
  ["with a leading zero", (text) => `0${text}`],
  ["with a sign", (text) => `%2B${text}`],
  ["negative", (text) => `-${text}`],
  ["with a fraction", (text) => `${text}.0`],
  ["with an exponent", (text) => `${text}e0`],
  ["in hexadecimal", (text) => `0x${Number(text).toString(16)}`],
  ["in Arabic digits", (text) => escaped(text.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))))],
  ["after a blank", (text) => `%20${text}`],
  ["before a line end", (text) => `${text}%0A`],
  ["in milliseconds", (text) => `${text}000`],
  ["of none", () => ""],
  ["never", () => "Infinity"],
  ["as far as a number goes", () => "9".repeat(400)],
];

function otherPath(): fc.Arbitrary<WrongTarget> {
  const respelled = fc.constantFrom(...PATHS).map(
    ([name, change]): WrongTarget => ({
      name,
      target: (link) => targetOf({ ...link, path: change(link.path) }),
    }),
  );
  const nasty = nastyString().map(
    (text): WrongTarget => ({
      name: "an id of nothing",
      target: (link) => targetOf({ ...link, path: link.path.replace(/[^/]+(?=\/[^/]+$)/, escaped(text)) }),
    }),
  );
  const elsewhere = fc.nat(1_000).map(
    (index): WrongTarget => ({
      name: "of another thing",
      target: (link, all) => targetOf({ ...link, path: another(link, all, index).path }),
    }),
  );
  return fc.oneof({ weight: 2, arbitrary: respelled }, nasty, { weight: 2, arbitrary: elsewhere });
}

const PATHS: readonly (readonly [string, (path: string) => string])[] = [
  ["with an id in upper case", (path) => path.replace(/[0-9a-f-]{36}/, (id) => id.toUpperCase())],
  ["with an id without dashes", (path) => path.replace(/[0-9a-f-]{36}/, (id) => id.replaceAll("-", ""))],
  ["with a slash at the end", (path) => `${path}/`],
  ["with two slashes", (path) => path.replace("/api/", "/api//")],
  ["with an escaped letter", (path) => path.replace(/[a-z]$/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)],
  ["with an escaped slash", (path) => path.replace(/\/(?=[^/]+$)/, "%2F")],
  ["with a parameter in the path", (path) => `${path};x=1`],
  ["with a NUL", (path) => `${path}%00`],
  ["in upper case", (path) => path.toUpperCase()],
  ["of the thing itself", (path) => path.replace(/\/[^/]+$/, "")],
  ["of its history", (path) => path.replace(/[^/]+$/, "history")],
  ["of its events", (path) => path.replace(/[^/]+$/, "events")],
  [
    "of the other kind",
    (path) => (path.includes("/assets/") ? path.replace("assets", "jobs") : path.replace("jobs", "assets")),
  ],
  ["of /me", () => "/api/v3/me"],
  ["of the metrics", () => "/metrics"],
];

function otherQuery(): fc.Arbitrary<WrongTarget> {
  const query = fc.constantFrom(...QUERIES);
  return query.map(([name, change]) => ({ name, target: (link) => `${link.path}?${change(link)}` }));
}

const QUERIES: readonly (readonly [string, (link: SignedLink) => string])[] = [
  ["without a time", ({ signature }) => `signature=${signature}`],
  ["without a signature", ({ expires }) => `expires=${expires}`],
  ["with neither", () => ""],
  ["with both exchanged", ({ expires, signature }) => `expires=${signature}&signature=${expires}`],
  ["with the time twice", (link) => `${queryOf(link)}&expires=${link.expires}`],
  ["with the signature twice", (link) => `${queryOf(link)}&signature=${link.signature}`],
  ["with a later time after it", (link) => `${queryOf(link)}&expires=4102444800`],
  ["with a later time before it", (link) => `expires=4102444800&${queryOf(link)}`],
  ["with another signature after it", (link) => `${queryOf(link)}&signature=x`],
  ["with another signature before it", (link) => `signature=x&${queryOf(link)}`],
  ["with an empty signature before it", (link) => `signature=&${queryOf(link)}`],
  ["with names in upper case", (link) => queryOf(link).toUpperCase()],
  ["with names of lists", ({ expires, signature }) => `expires[]=${expires}&signature[]=${signature}`],
  ["with semicolons", (link) => queryOf(link).replace("&", ";")],
  ["with an escaped separator", (link) => queryOf(link).replace("&", "%26")],
  ["with a stray parameter", (link) => `${queryOf(link)}&x=1`],
  ["with a parameter of an object", (link) => `${queryOf(link)}&__proto__=1`],
  ["with a parameter of another endpoint", (link) => `${queryOf(link)}&at=1`],
  ["with an owner", (link) => `owner=bob&${queryOf(link)}`],
  ["with a download twice", (link) => `${queryOf(link)}&download=1&download=1`],
  ["with a broken escape", (link) => `${queryOf(link)}&%ff=1`],
  ["after a second question mark", (link) => `?${queryOf(link)}`],
];

function otherMethod(): fc.Arbitrary<Tampering> {
  return fc.constantFrom("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND").map((method) => ({
    name: `the method ${method}`,
    request: (link) => ({ method, target: targetOf(link), headers: [] }),
  }));
}

/** A key that is presented counts, whatever the URL says. */
function otherKey(): fc.Arbitrary<Tampering> {
  const headers = fc.constantFrom<readonly [string, string]>(["Authorization", "Bearer x"], ["X-API-Key", "x"]);
  return headers.map((header) => ({
    name: "a wrong key",
    request: (link) => ({ method: "GET", target: targetOf(link), headers: [header] }),
  }));
}

function anothersSignature(index: number): WrongTarget {
  return {
    name: "the signature of another",
    target: (link, all) => targetOf({ ...link, signature: another(link, all, index).signature }),
  };
}

function another(link: SignedLink, all: readonly SignedLink[], index: number): SignedLink {
  const others = all.filter(({ path }) => path !== link.path);
  const found = others[index % others.length];
  if (!found) throw new Error("there is only one link");
  return found;
}

function signed(name: string, change: (signature: string) => string): WrongTarget {
  return {
    name: `a signature ${name}`,
    target: (link) => targetOf({ ...link, signature: change(link.signature) }),
  };
}

function timed(name: string, change: (expires: string) => string): WrongTarget {
  return { name: `a time ${name}`, target: (link) => targetOf({ ...link, expires: change(link.expires) }) };
}

function queryOf({ expires, signature }: SignedLink): string {
  return `expires=${expires}&signature=${signature}`;
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed().slice(0, 1_000));
}
