import { expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../../src/core/errors.ts";
import { canonicalAddress } from "../../src/net/addresses.ts";
import { isPublicAddress } from "../../src/net/mod.ts";
import { failure, fetchAll, rawOrigin, testDownloader, until } from "./origin.ts";

const octet = fc.integer({ min: 0, max: 255 });
const privateIpv4 = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127, 224, 255), octet, octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
);

/** Each number decimal, octal or hexadecimal; the last ones folded into one; digits as they are, escaped or full-width. */
const spelling = fc.record({
  bases: fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 }),
  parts: fc.integer({ min: 1, max: 4 }),
  zeros: fc.integer({ min: 0, max: 3 }),
  digits: fc.constantFrom("plain", "escaped", "full-width"),
  dot: fc.constantFrom(".", "\u3002", "\uff0e", "%2E"),
  end: fc.constantFrom("", "."),
});

test("a private IPv4 address is refused in every spelling that a URL knows", () => {
  fc.assert(
    fc.property(privateIpv4, spelling, (octets, { bases, parts, zeros, digits, dot, end }) => {
      const folded = octets.slice(parts - 1).reduce((sum, part) => sum * 256 + part, 0);
      const numbers = [...octets.slice(0, parts - 1), folded].map((number, i) => {
        const base = bases[i] ?? 10;
        const prefix = { 8: `0${"0".repeat(zeros)}`, 10: "", 16: `0x${"0".repeat(zeros)}` }[base];
        return `${prefix}${number.toString(base)}`.replace(/./g, (digit) => {
          if (digits === "escaped") return `%${digit.charCodeAt(0).toString(16)}`;
          return digits === "full-width" ? String.fromCodePoint(digit.charCodeAt(0) + 0xfee0) : digit;
        });
      });
      const url = `http://${numbers.join(dot)}${end}/`;
      expect(URL.parse(url)?.hostname).toBe(octets.join("."));
      expect(() => testDownloader("*").checkSource(url)).toThrow("it is not a public host");
    }),
    { numRuns: 500 },
  );
});

test("no IPv6 address outside 2000::/3 is public, however it is written", () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const first = address.startsWith(":") ? 0 : Number.parseInt(address, 16);
      expect(() => canonicalAddress(address)).not.toThrow();
      const isGlobal = first >= 0x2000 && first <= 0x3fff;
      expect(isPublicAddress(address) && !isGlobal).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test("any text is a source or is refused with a sentence", () => {
  const { checkSource } = testDownloader("*, a.example:8080");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.webUrl(),
    fc.string({ unit: "binary" }).map((s) => `http://${s}`),
  );
  fc.assert(
    fc.property(text, (url) => {
      try {
        checkSource(url);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect(error).toMatchObject({ code: "source_not_allowed" });
      }
    }),
    { numRuns: 500 },
  );
});

test("any answer is a file or an error with a sentence, and never a connection left open", async () => {
  const token = fc.constantFrom(
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 302 Found\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Disposition: attachment; filename*=x\r\n",
    "Location: /%zz\r\n",
    "\r\n",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "\0",
  );
  const piece = fc.oneof({ weight: 5, arbitrary: token }, fc.string({ unit: "binary", maxLength: 20 }));
  let answer = "";
  await using origin = await rawOrigin((socket) => socket.end(answer));
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      answer = pieces.join("");
      const outcome = await failure(fetchAll(`http://origin.example:${origin.port}/`));
      expect(outcome).toMatch(
        /^(no failure$|source_(error|unreachable|not_allowed): Cannot fetch from origin\.example: )/,
      );
      await until(() => origin.open() === 0);
    }),
    { numRuns: 300 },
  );
});
