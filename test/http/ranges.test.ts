import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { contentRange, parseRange } from "../../src/http/bytes/ranges.ts";

const asked = (header: string | null, size = 1000) => {
  const range = parseRange(header, size);
  return range.kind === "parts" ? range.ranges.map(({ start, end }) => `${start}-${end}`).join() : range.kind;
};

describe("a Range header", () => {
  test.each([
    ["bytes=0-0", "0-0"],
    ["bytes=0-499", "0-499"],
    ["bytes=500-", "500-999"],
    ["bytes=-1", "999-999"],
    ["bytes=-400", "600-999"],
    ["bytes=-5000", "0-999"],
    ["bytes=0-", "0-999"],
    ["bytes=999-999", "999-999"],
    ["bytes=0-99999", "0-999"],
    ["bytes=0-99999999999999999999999999", "0-999"],
    ["BYTES = 0-9", "0-9"],
    ["bytes=0-9 , 200-209", "0-9,200-209"],
    ["bytes=,0-9,,200-209,", "0-9,200-209"],
    ["bytes=900-909,0-9", "900-909,0-9"],
    ["bytes=0-1,3-4", "0-1,3-4"],
    ["bytes=0-9,5000-6000", "0-9"],
  ])("%p asks for %s", (header, expected) => {
    expect(asked(header)).toBe(expected);
  });

  test.each([
    ["bytes=0-2097151,3000000-5097151", "0-2097151,3000000-5097151"],
    ["bytes=0-2097151,3000000-5097152", "whole"],
    ["bytes=0-6999999,8000000-9999999", "whole"],
    ["bytes=0-9999999", "0-9999999"],
  ])("%p of ten megabytes asks for %s: several parts are sent from memory", (header, expected) => {
    expect(asked(header, 10_000_000)).toBe(expected);
  });

  test.each([
    ["bytes=1000-"],
    ["bytes=1000-1000"],
    ["bytes=-0"],
    ["bytes=5000-6000,7000-"],
    ["bytes=99999999999999999999999999-"],
    [`bytes=${"9".repeat(400)}-`],
  ])("%p lies outside", (header) => {
    expect(asked(header)).toBe("unsatisfiable");
  });

  test.each([
    [null],
    [""],
    ["bytes"],
    ["bytes="],
    ["bytes=,,"],
    ["bytes=-"],
    ["bytes=5"],
    ["bytes=9-5"],
    ["bytes=0-9,9-5"],
    ["bytes=a-b"],
    ["bytes=0x0-0x9"],
    ["bytes=1e1-20"],
    ["bytes=0-5x"],
    ["bytes=+1-5"],
    ["bytes=1.5-5"],
    ["bytes=0--5"],
    ["bytes=0 - 5"],
    ["bytes: 0-5"],
    ["bytes=٠-٩"],
    ["items=0-5"],
    ["seconds=0-5"],
    [`bytes=${Array.from({ length: 33 }, (_, i) => `${i * 3}-${i * 3}`).join()}`],
    [`bytes=${"0-0,".repeat(5000)}`],
    [`bytes=${",".repeat(10_000)}0-5`],
  ])("%p is ignored", (header) => {
    expect(asked(header)).toBe("whole");
  });

  test.each([
    ["bytes=0-,0-,0-,0-,0-", "0-999"],
    ["bytes=0-99,50-149", "0-149"],
    ["bytes=50-149,0-99", "0-149"],
    ["bytes=0-9,10-19", "0-19"],
    ["bytes=800-,-500,0-9", "0-9,500-999"],
  ])("%p is merged to %s", (header, expected) => {
    expect(asked(header)).toBe(expected);
  });

  test.each(["bytes=0-", "bytes=0-0", "bytes=-1"])("%p of nothing at all is outside", (header) => {
    expect(asked(header, 0)).toBe("unsatisfiable");
  });

  test("never makes an answer larger than the content, and never leaves it, whatever is asked", () => {
    const spec = fc.oneof(
      fc.tuple(fc.nat(3000), fc.nat(3000)).map(([a, b]) => `${a}-${b}`),
      fc.nat(3000).map((a) => `${a}-`),
      fc.nat(3000).map((a) => `-${a}`),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 40 }), fc.nat(2000), (specs, size) => {
        const range = parseRange(`bytes=${specs.join()}`, size);
        if (range.kind !== "parts") return;
        let sum = 0;
        for (const { start, end } of range.ranges) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThan(size);
          sum += end - start + 1;
        }
        expect(sum).toBeLessThanOrEqual(size);
      }),
    );
  });

  test("is answered with a Content-Range", () => {
    expect(contentRange({ start: 0, end: 9 }, 1000)).toBe("bytes 0-9/1000");
    expect(contentRange(null, 1000)).toBe("bytes */1000");
  });
});
