import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { requestTarget } from "../../src/http/request/request_target.ts";

const PARTS = ["origin", "host", "hostname", "pathname", "search"] as const;

function partsOf(of: Readonly<Record<(typeof PARTS)[number], string>> | null): readonly (string | undefined)[] {
  return PARTS.map((part) => of?.[part]);
}

describe("the target of a request", () => {
  test("has the parts that the URL standard's parser finds in the same normalised URL", () => {
    const host = fc.oneof(
      fc.webAuthority({ withPort: true, withIPv4: true, withIPv6: true }),
      fc.constantFrom("localhost", "LOCALHOST:80", "127.0.0.1:8000", "[::1]:8000", "[::1]", "localhost.", "0x7f.1"),
    );
    const rest = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }).map((url) => url.slice(url.indexOf("/", 9))),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("", "?", "#", "?#", "#?", "//a", "/../b", "/a/./b", "\\c", "?a=b?c=d#e?f", "/%2e%2E/x", "/a@b:c"),
    );
    fc.assert(
      fc.property(host, rest, (authority, tail) => {
        const url = URL.parse(`http://${authority}/${tail}`);
        fc.pre(url !== null && url.username === "" && url.password === "");
        const target = requestTarget(url?.href ?? "");
        expect(partsOf(target)).toEqual(partsOf(url));
        expect([...(target?.searchParams ?? [])]).toEqual([...(url?.searchParams ?? [])]);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  test.each(["/", "", "*", "localhost", "http://", "http:///path", "//localhost/path"])(
    "of %j is none, because that is no URL",
    (url) => {
      expect(requestTarget(url)).toBeNull();
    },
  );

  test("with somebody's name before the host has no host that anybody would let in", () => {
    expect(requestTarget("http://localhost@evil.example/")?.hostname).toBe("localhost@evil.example");
    expect(requestTarget("http://evil.example@localhost:80/")?.hostname).toBe("evil.example@localhost");
  });
});
