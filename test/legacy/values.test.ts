import { describe, expect, test } from "bun:test";
import {
  dollarsOf,
  idOf,
  isTrue,
  jsonOf,
  numberOf,
  textOf,
  textsOf,
  timeOf,
  webUrlOf,
} from "../../src/legacy/values.ts";

describe("values of old rows", () => {
  test.each([
    ["2024-05-01 10:00:00", "2024-05-01T10:00:00.000Z"],
    ["2024-05-01 10:00", "2024-05-01T10:00:00.000Z"],
    ["2024-05-01T10:00:00", "2024-05-01T10:00:00.000Z"],
    ["2024-05-01T10:00:00.123456", "2024-05-01T10:00:00.123Z"],
    ["2024-05-01T10:00:00Z", "2024-05-01T10:00:00.000Z"],
    ["2024-05-01 10:00:00+02:00", "2024-05-01T08:00:00.000Z"],
    ["2024-05-01 10:00:00 +0200", "2024-05-01T08:00:00.000Z"],
    [" 2024-02-29 23:59:59 ", "2024-02-29T23:59:59.000Z"],
    [1_714_557_600, "2024-05-01T10:00:00.000Z"],
    ["2024-13-01 10:00:00", null],
    ["2024-05-01 25:00:00", null],
    ["2024-05-01", null],
    ["01.05.2024 10:00", null],
    ["1066-10-14 09:00:00", null],
    [-99_999_999_999_999, null],
    [Number.NaN, null],
    ["", null],
    [null, null],
    [undefined, null],
    [new Uint8Array([50]), null],
    [{}, null],
  ])("the time %p is %p", (value, time) => {
    expect(timeOf(value)).toBe(time);
  });

  test.each([
    [7, "7"],
    [-1, "-1"],
    ["a-b", "a-b"],
    ["a/b c", "a/b c"],
    [1.5, null],
    [2 ** 60, null],
    ["", null],
    ["x".repeat(201), null],
    ["a\u0000b", null],
    ["\ud800", null],
    [null, null],
    [new Uint8Array(2), null],
  ])("the id %p is %p", (value, id) => {
    expect(idOf(value)).toBe(id);
  });

  test.each([
    ["https://cdn.test/a.png", "https://cdn.test/a.png"],
    ["HTTP://cdn.test", "HTTP://cdn.test"],
    ["https://user:pass@cdn.test/", null],
    ["file:///etc/passwd", null],
    ["javascript:alert(1)", null],
    ["//cdn.test/a.png", null],
    ["/api/v3/assets/1/data", null],
    [`https://cdn.test/${"x".repeat(9_000)}`, null],
    [5, null],
  ])("the source %p is %p", (value, url) => {
    expect(webUrlOf(value)).toBe(url);
  });

  test("numbers, money, texts, lists and flags are taken from what can be read as such", () => {
    expect([5, "5", "5.5", " ", "x", null, Number.POSITIVE_INFINITY].map(numberOf)).toEqual([
      5,
      5,
      5.5,
      null,
      null,
      null,
      null,
    ]);
    expect([0, "0.25", -1, null].map(dollarsOf)).toEqual([0, 0.25, null, null]);
    expect(["a", " ", 5, null, "\ud800"].map(textOf)).toEqual(["a", null, "5", null, "\ufffd"]);
    expect([["a", 5, null, {}], "b", null, { a: 1 }].map(textsOf)).toEqual([["a", "5"], ["b"], [], []]);
    expect([1, "1", true, "true", 0, "0", null, "no"].map(isTrue)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test("JSON is told from what is none", () => {
    expect(jsonOf('{"a":1}')).toEqual({ value: { a: 1 }, broken: false });
    for (const nothing of [null, undefined, ""]) expect(jsonOf(nothing)).toEqual({ value: null, broken: false });
    for (const broken of ["{", 5, new Uint8Array(2)]) expect(jsonOf(broken)).toEqual({ value: null, broken: true });
  });
});
