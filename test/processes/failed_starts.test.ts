import { describe, expect, test } from "bun:test";
import { open, reason } from "./pools.ts";

describe("a media process that cannot start", () => {
  const BROKEN = new URL("./no_such_process.ts", import.meta.url);

  test.concurrent("is tried three times, and then for a while not at all", async () => {
    let failures = 0;
    await using pool = open({ script: BROKEN, onLog: (message) => (failures += Number(message.includes("start"))) });
    expect(await reason(pool.call("echo", 1))).toMatchObject({ code: "unavailable" });
    expect(failures).toBe(3);
    expect(await reason(pool.call("echo", 1))).toMatchObject({ code: "unavailable" });
    expect(failures).toBe(3);
  });

  test.concurrent("because its folder is gone, is no different", async () => {
    await using pool = open({ script: new URL("./no_such_folder/process.ts", import.meta.url) });
    expect(await reason(pool.call("echo", 1))).toMatchObject({ code: "unavailable" });
  });

  test.concurrent("because it starts too slowly, is no different", async () => {
    await using pool = open({ startLimitMs: 1 });
    expect(await reason(pool.call("echo", 1))).toMatchObject({ code: "unavailable" });
  });

  test.concurrent("does not keep a caller who leaves", async () => {
    await using pool = open({ script: BROKEN });
    expect(await reason(pool.call("echo", 1, { signal: AbortSignal.timeout(20) }))).toMatchObject({
      name: "TimeoutError",
    });
  });
});
