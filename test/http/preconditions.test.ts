import { describe, expect, test } from "bun:test";
import { assertPreconditions, evaluatePreconditions, rangeApplies } from "../../src/http/request/preconditions.ts";

const TAG = '"v7"';
const lastModified = new Date("2026-03-01T12:00:00.700Z");
const SAME = "Sun, 01 Mar 2026 12:00:00 GMT";
const BEFORE = "Sun, 01 Mar 2026 11:59:59 GMT";
const AFTER = "Sun, 01 Mar 2026 12:00:01 GMT";

function request(method: string, headers: Record<string, string>): Request {
  return new Request("http://localhost/", { method, headers });
}

describe("preconditions", () => {
  test.each([
    ["GET", {}, "proceed"],
    ["GET", { "If-Match": TAG }, "proceed"],
    ["GET", { "If-Match": "*" }, "proceed"],
    ["GET", { "If-Match": ` "a" , ${TAG}` }, "proceed"],
    ["GET", { "If-Match": `"a,b",${TAG}` }, "proceed"],
    ["GET", { "If-Match": '"v6"' }, "failed"],
    ["GET", { "If-Match": 'W/"v7"' }, "failed"],
    ["GET", { "If-Match": "v7" }, "failed"],
    ["GET", { "If-Match": "" }, "failed"],
    ["GET", { "If-Match": '"v7' }, "failed"],
    ["GET", { "If-Match": '"x"v7"' }, "failed"],
    ["GET", { "If-None-Match": TAG }, "not_modified"],
    ["HEAD", { "If-None-Match": TAG }, "not_modified"],
    ["GET", { "If-None-Match": 'W/"v7"' }, "not_modified"],
    ["GET", { "If-None-Match": '"a", W/"v7"' }, "not_modified"],
    ["GET", { "If-None-Match": "*" }, "not_modified"],
    ["GET", { "If-None-Match": '"v6"' }, "proceed"],
    ["GET", { "If-None-Match": "v7" }, "proceed"],
    ["PUT", { "If-None-Match": "*" }, "failed"],
    ["PUT", { "If-None-Match": TAG }, "failed"],
    ["PUT", { "If-None-Match": '"v6"' }, "proceed"],
    ["GET", { "If-Modified-Since": SAME }, "not_modified"],
    ["GET", { "If-Modified-Since": AFTER }, "not_modified"],
    ["GET", { "If-Modified-Since": BEFORE }, "proceed"],
    ["GET", { "If-Modified-Since": "Sunday, 01-Mar-26 12:00:00 GMT" }, "not_modified"],
    ["GET", { "If-Modified-Since": "Sun Mar  1 12:00:00 2026" }, "not_modified"],
    ["GET", { "If-Modified-Since": "Sun Mar  1 11:59:59 2026" }, "proceed"],
    ["GET", { "If-Modified-Since": "2027-01-01" }, "proceed"],
    ["GET", { "If-Modified-Since": "yesterday" }, "proceed"],
    ["GET", { "If-Modified-Since": "Sun, 99 Mar 2026 12:00:00 GMT" }, "proceed"],
    ["PUT", { "If-Modified-Since": SAME }, "proceed"],
    ["GET", { "If-Unmodified-Since": SAME }, "proceed"],
    ["GET", { "If-Unmodified-Since": BEFORE }, "failed"],
    ["GET", { "If-Unmodified-Since": "nonsense" }, "proceed"],
    // An entity tag wins over a date (RFC 9110 §13.2.2).
    ["GET", { "If-None-Match": '"v6"', "If-Modified-Since": AFTER }, "proceed"],
    ["GET", { "If-Match": TAG, "If-Unmodified-Since": BEFORE }, "proceed"],
    ["GET", { "If-Match": '"v6"', "If-None-Match": TAG }, "failed"],
    ["GET", { "If-Match": TAG, "If-None-Match": TAG }, "not_modified"],
  ] as const)("%s with %p: %s", (method, headers, expected) => {
    expect(evaluatePreconditions(request(method, headers), { etag: TAG, lastModified })).toBe(expected);
  });

  test("ignore dates where no time of change is known", () => {
    for (const name of ["If-Modified-Since", "If-Unmodified-Since"]) {
      expect(evaluatePreconditions(request("GET", { [name]: BEFORE }), { etag: TAG })).toBe("proceed");
    }
  });
});

describe("If-Range", () => {
  test.each([
    [undefined, true],
    [TAG, true],
    ['"v6"', false],
    ['W/"v7"', false],
    ["v7", false],
    [SAME, true],
    [BEFORE, false],
    [AFTER, false],
    ["", false],
  ])("%p lets a range pass: %p", (value, expected) => {
    const headers: Record<string, string> = value === undefined ? {} : { "If-Range": value };
    expect(rangeApplies(request("GET", headers), { etag: TAG, lastModified })).toBe(expected);
  });
});

describe("a change", () => {
  test.each(["*", TAG, 'W/"v7"'])("of the current version is refused: If-None-Match %p", (value) => {
    expect(() => assertPreconditions(request("PUT", { "If-None-Match": value }), TAG)).toThrow(
      expect.objectContaining({ code: "precondition_failed", status: 412 }),
    );
  });

  test.each([[undefined], [TAG], ["*"], [`"v1", ${TAG}`], ['W/"v7"'], ['"v7-gzip"'], ['W/"v7;br"']])(
    "passes with If-Match %p",
    (value) => {
      const headers: Record<string, string> = value === undefined ? {} : { "If-Match": value };
      expect(() => assertPreconditions(request("PUT", headers), TAG)).not.toThrow();
    },
  );

  test.each(['"v6"', 'W/"v6"', '"v6-gzip"', '"v7-x"', "7", "", '"v6", "v8"'])(
    "of an older version is refused: If-Match %p",
    (value) => {
      expect(() => assertPreconditions(request("PUT", { "If-Match": value }), TAG)).toThrow(
        expect.objectContaining({ code: "precondition_failed", status: 412 }),
      );
    },
  );
});
