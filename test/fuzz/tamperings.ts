import fc from "fast-check";
import type { FuzzRequest } from "./request.ts";
import { type SignedLink, targetOf } from "./signed_links.ts";
import { otherPath } from "./wrong_paths.ts";
import { otherQuery } from "./wrong_queries.ts";
import { anothersSignature, otherSignature } from "./wrong_signatures.ts";
import { otherTime } from "./wrong_times.ts";

/** The change of a link, given all links; drawn before there is any, so that runs repeat. */
export interface Tampering {
  /** In words, for whoever reads a finding. */
  readonly name: string;
  request(link: SignedLink, all: readonly SignedLink[]): Pick<FuzzRequest, "method" | "target" | "headers">;
}

/** Headers that may come with any of them, and open nothing. */
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
