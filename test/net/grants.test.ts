import { describe, expect, test } from "bun:test";
import { parseGrants, type Verdict } from "../../src/net/grants.ts";
import { hostAndPort } from "../../src/net/hosts.ts";

function judge(grants: string, url: string): Verdict | "no host" {
  const place = hostAndPort(new URL(url));
  return place === null ? "no host" : parseGrants(grants).judge(place);
}

describe("grants say", () => {
  test.each<[string, string, Verdict | "no host"]>([
    ["*", "http://example.com/", "public"],
    ["*", "https://example.com/", "public"],
    ["*", "http://example.com:443/", "public"],
    ["*", "http://example.com:8080/", "port"],
    ["*", "http://example.com:0/", "port"],
    ["*", "http://127.0.0.1/", "public"],
    ["example.com", "http://example.com/", "named"],
    ["example.com", "https://example.com/", "named"],
    ["example.com", "https://EXAMPLE.com./", "named"],
    ["example.com.", "https://example.com/", "named"],
    ["EXAMPLE.com", "https://example.com/", "named"],
    ["example.com", "https://example.com:8443/", "port"],
    ["example.com", "https://www.example.com/", "none"],
    ["example.com", "https://example.com.evil.net/", "none"],
    ["example.com", "https://evilexample.com/", "none"],
    ["example.com:8080", "http://example.com:8080/", "named"],
    ["example.com:8080", "http://example.com/", "port"],
    ["example.com:80", "http://example.com/", "named"],
    ["*, example.com:8080", "http://example.com:8080/", "named"],
    ["*, example.com:8080", "http://example.com/", "public"],
    ["example.com:8080,*", "http://other.example:8080/", "port"],
    ["*, example.com", "http://example.com/", "named"],
    ["*.example.com", "http://a.example.com/", "named"],
    ["*.example.com", "http://a.b.example.com/", "named"],
    ["*.example.com", "http://example.com/", "none"],
    ["*.example.com", "http://evilexample.com/", "none"],
    ["*.example.com", "http://.example.com/", "no host"],
    ["*.example.com", "http://a.example.com:8080/", "port"],
    ["*.example.com:8080", "http://a.example.com:8080/", "named"],
    ["127.0.0.1:9000", "http://127.0.0.1:9000/", "named"],
    ["127.0.0.1:9000", "http://0x7f.1:9000/", "named"],
    ["127.0.0.1:9000", "http://localhost:9000/", "none"],
    ["127.0.0.1:9000", "http://[::ffff:127.0.0.1]:9000/", "none"],
    ["localhost:9000", "http://127.0.0.1:9000/", "none"],
    ["[::1]:8080", "http://[::1]:8080/", "named"],
    ["[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080/", "named"],
    ["[::1]", "http://[::1]/", "named"],
    ["[0::0001]", "http://[::1]/", "named"],
    ["bücher.example", "http://xn--bcher-kva.example/", "named"],
    ["xn--bcher-kva.example", "http://BÜCHER.example/", "named"],
    ["  a.example ,\tb.example  ", "http://b.example/", "named"],
  ])("%p about %s: %s", (grants, url, verdict) => {
    expect(judge(grants, url)).toBe(verdict);
  });
});

describe("a wrong grant is named", () => {
  test.each([
    ["", 'Cannot read grant "": it is not *, host, host:port or *.host'],
    ["a.example,,b.example", 'Cannot read grant "": it is not *, host, host:port or *.host'],
    ["a.example,", 'Cannot read grant "": it is not *, host, host:port or *.host'],
    ["http://a.example", 'Cannot read grant "http://a.example": it is not *, host, host:port or *.host'],
    ["a.example/path", 'Cannot read grant "a.example/path": it is not *, host, host:port or *.host'],
    ["a.example?x", 'Cannot read grant "a.example?x": it is not *, host, host:port or *.host'],
    ["me@a.example", 'Cannot read grant "me@a.example": it is not *, host, host:port or *.host'],
    ["10.0.0.0/8", 'Cannot read grant "10.0.0.0/8": it is not *, host, host:port or *.host'],
    ["a b.example", 'Cannot read grant "a b.example": it is not *, host, host:port or *.host'],
    ["a.*.example", 'Cannot read grant "a.*.example": it is not *, host, host:port or *.host'],
    ["*a.example", 'Cannot read grant "*a.example": it is not *, host, host:port or *.host'],
    ["*.", 'Cannot read grant "*.": it is not *, host, host:port or *.host'],
    ["*:8080", 'Cannot read grant "*:8080": it is not *, host, host:port or *.host'],
    ["**", 'Cannot read grant "**": it is not *, host, host:port or *.host'],
    ["a.example:", 'Cannot read grant "a.example:": it is not *, host, host:port or *.host'],
    ["a.example:http", 'Cannot read grant "a.example:http": it is not *, host, host:port or *.host'],
    [":8080", 'Cannot read grant ":8080": it is not *, host, host:port or *.host'],
    ["[::1", 'Cannot read grant "[::1": it is not *, host, host:port or *.host'],
    ["[fe80::1%25eth0]", 'Cannot read grant "[fe80::1%25eth0]": it is not *, host, host:port or *.host'],
    ["256.1.1.1", 'Cannot read grant "256.1.1.1": it is not *, host, host:port or *.host'],
    ["::1", 'Cannot read grant "::1": write an IPv6 address in brackets'],
    ["::1:8080", 'Cannot read grant "::1:8080": write an IPv6 address in brackets'],
    ["a.example:0", 'Cannot read grant "a.example:0": a port is a number from 1 to 65535'],
    ["a.example:65536", 'Cannot read grant "a.example:65536": a port is a number from 1 to 65535'],
    ["*.10.0.0.1", 'Cannot read grant "*.10.0.0.1": an address has no subdomains'],
    ["a..example", 'Cannot read grant "a..example": it is not a valid host name'],
    [`${"a".repeat(64)}.example`, `Cannot read grant "${"a".repeat(64)}.example": it is not a valid host name`],
  ])("%p", (text, sentence) => {
    expect(() => parseGrants(text)).toThrow(new Error(sentence));
  });
});
