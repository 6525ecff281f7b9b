import { describe, expect, test } from "bun:test";
import { open, reason } from "./pools.ts";

describe("a media process", () => {
  test("answers by its table of handlers, and is the same one for the next call", async () => {
    await using pool = open();
    expect(await pool.call("echo", { a: [1, "ü", null] })).toEqual({ a: [1, "ü", null] });
    expect(await pool.call("pid", {})).toBe(await pool.call("pid", {}));
  });

  test("sees no secret of the server", async () => {
    process.env.REELOG_TEST_SECRET = "hunter2";
    await using pool = open();
    const seen = JSON.stringify(await pool.call("environment", {}));
    delete process.env.REELOG_TEST_SECRET;
    expect(seen).not.toContain("hunter2");
    expect(seen).toContain("PATH");
  });

  test("may write more to stderr than a pipe holds", async () => {
    await using pool = open();
    expect(await pool.call("noise", {})).toBe("done");
  });

  test("that floods the server with messages is ended", async () => {
    await using pool = open();
    let heard = 0;
    const flood = pool.call("flood", {}, { onProgress: () => (heard += 1) });
    expect(await reason(flood)).toMatchObject({ code: expect.stringMatching(/^(media_unreadable|unavailable)$/) });
    expect(heard).toBeLessThan(12_000);
    expect(await pool.call("echo", 1)).toBe(1);
  });

  test("passes on an AppError, and masks any other", async () => {
    const logged: unknown[] = [];
    await using pool = open({ onLog: (_message, details) => logged.push(details) });
    expect(await reason(pool.call("refusing", {}))).toMatchObject({
      code: "unsupported_media_type",
      message: "Cannot use the file: it is a potato",
    });
    expect(await reason(pool.call("throwing", {}))).toMatchObject({
      code: "media_unreadable",
      message: "Cannot read the file: its decoder failed",
    });
    expect(await reason(pool.call("toString", {}))).toMatchObject({ code: "media_unreadable" });
    expect(await reason(pool.call("stepping", { steps: "many" }))).toMatchObject({ code: "media_unreadable" });
    expect(JSON.stringify(logged)).toContain("inner secret");
  });

  test("tells its progress in order", async () => {
    await using pool = open();
    const seen: unknown[] = [];
    await pool.call("stepping", { steps: 4 }, { onProgress: (value) => seen.push(value) });
    expect(seen).toEqual([0.25, 0.5, 0.75, 1]);
  });
});

test.if(process.platform === "linux")("a process gives way to the server with all of its threads", async () => {
  await using pool = open();
  expect(new Set([await pool.call("niceness", {})].flat())).toEqual(new Set([10]));
});
