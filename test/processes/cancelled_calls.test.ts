import { describe, expect, test } from "bun:test";
import { open, reason } from "./pools.ts";

describe("a call that nobody waits for", () => {
  test.concurrent("is never made when its signal is aborted before", async () => {
    await using pool = open();
    expect(await reason(pool.call("echo", 1, { signal: AbortSignal.abort("too late") }))).toBe("too late");
  });

  test.concurrent("leaves the queue", async () => {
    await using pool = open({ timeLimitMs: 1000 });
    const hang = reason(pool.call("hang", {}));
    const left = new AbortController();
    const queued = reason(pool.call("echo", 1, { signal: left.signal }));
    left.abort("left");
    expect(await queued).toBe("left");
    await hang;
    expect(await pool.call("echo", 2)).toBe(2);
  });

  test.concurrent("is told to end, and the process lives on when it does", async () => {
    await using pool = open();
    const pid = await pool.call("pid", {});
    const gone = new AbortController();
    const onProgress = () => gone.abort("gone");
    expect(await reason(pool.call("patient", {}, { signal: gone.signal, onProgress }))).toBe("gone");
    expect(await pool.call("pid", {})).toBe(pid);
  });

  test.concurrent("is killed when it does not listen", async () => {
    await using pool = open();
    const pid = await pool.call("pid", {});
    const gone = new AbortController();
    const hang = reason(pool.call("hang", {}, { signal: gone.signal }));
    await Bun.sleep(50);
    gone.abort("gone");
    expect(await hang).toBe("gone");
    expect(() => process.kill(Number(pid), 0)).toThrow();
    expect(await pool.call("echo", 1)).toBe(1);
  });
});
