import { describe, expect, test } from "bun:test";
import { hashOfKey, isKey, newKey } from "../../src/access/key.ts";

describe("a key", () => {
  test("is found by scanners: a prefix and 49 digits of base 62", () => {
    for (let round = 0; round < 500; round++) expect(newKey()).toMatch(/^rlg_[0-9A-Za-z]{49}$/);
  });

  test("has its own checksum, and 256 bits that no other has", () => {
    const made = Array.from({ length: 500 }, newKey);
    expect(made.every(isKey)).toBeTrue();
    expect(new Set(made).size).toBe(500);
    // Each of the 62 digits stands in each of the free places some time: nothing of it is constant.
    for (let at = 5; at < 47; at++) expect(new Set(made.map((key) => key[at])).size).toBeGreaterThan(40);
  });

  test("with any one character mistyped is none", () => {
    const key = newKey();
    for (let at = 0; at < key.length; at++) {
      const other = key[at] === "a" ? "b" : "a";
      expect(isKey(key.slice(0, at) + other + key.slice(at + 1))).toBeFalse();
    }
  });

  test.each(["", "rlg_", "x".repeat(53), `rlg_${"0".repeat(49)}`, `rlg_${"0".repeat(10_000)}`])(
    "is not any text: %s",
    (text) => expect(isKey(text)).toBeFalse(),
  );

  test("is not a key with a line break, a blank or a digit too many", () => {
    const key = newKey();
    for (const text of [`${key}\n`, ` ${key}`, `${key}0`, key.slice(0, -1), key.toUpperCase()]) {
      expect(isKey(text)).toBeFalse();
    }
  });

  test("is kept as its SHA-256", () => {
    expect(hashOfKey("rlg_")).toBe(new Bun.CryptoHasher("sha256").update("rlg_").digest("hex"));
  });
});
