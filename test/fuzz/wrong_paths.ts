import fc from "fast-check";
import { nastyString } from "./nasty.ts";
import { another, targetOf } from "./signed_links.ts";
import { escaped, type WrongTarget } from "./wrong_target.ts";

/** Paths that are not the one that was signed. */
export function otherPath(): fc.Arbitrary<WrongTarget> {
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
