import { describe, expect, test } from "bun:test";
import { until } from "../support/until.ts";
import { isAlive, open, reason } from "./pools.ts";

describe("a process with several calls at once", () => {
  test.concurrent("gives each its own answer", async () => {
    await using pool = open({ callsAtOnce: 2 });
    const outcomes = await Promise.all([pool.call("meeting", "a"), pool.call("meeting", "b")]);
    expect(outcomes).toEqual(["b", "second"]);
  });

  test.concurrent("has no more than it may, and the rest wait", async () => {
    await using pool = open({ callsAtOnce: 2 });
    const gone = new AbortController();
    const long = [1, 2].map(() => reason(pool.call("patient", {}, { signal: gone.signal })));
    const third = pool.call("echo", 3);
    expect(await Promise.race([third, Bun.sleep(300).then(() => "waits")])).toBe("waits");
    gone.abort("gone");
    expect(await third).toBe(3);
    expect(await Promise.all(long)).toEqual(["gone", "gone"]);
  });

  test.concurrent("keeps the others when one does not listen to its end", async () => {
    await using pool = open({ callsAtOnce: 3 });
    const pid = await pool.call("pid", {});
    const [gone, later] = [new AbortController(), new AbortController()];
    const onProgress = () => gone.abort("gone");
    const other = reason(pool.call("patient", {}, { signal: later.signal }));
    expect(await reason(pool.call("deaf", {}, { signal: gone.signal, onProgress }))).toBe("gone");
    expect(await pool.call("pid", {})).toBe(pid);
    later.abort("later");
    expect(await other).toBe("later");
  });

  test.concurrent("takes the others along when it crashes, and the next call has a new one", async () => {
    await using pool = open({ callsAtOnce: 3 });
    const pid = await pool.call("pid", {});
    const outcomes = await Promise.all(["patient", "crash"].map((kind) => reason(pool.call(kind, {}))));
    expect(outcomes).toMatchObject([{ code: "media_unreadable" }, { code: "media_unreadable" }]);
    expect(await pool.call("pid", {})).not.toBe(pid);
  });

  test.concurrent("ends after those that it has when it has grown too large, and the next call has a new one", async () => {
    await using pool = open({ callsAtOnce: 3, memoryLimitBytes: 400 * 1024 ** 2 });
    const gone = new AbortController();
    const other = reason(pool.call("patient", {}, { signal: gone.signal }));
    const pid = Number(await pool.call("grow", {}));
    expect(await pool.call("pid", {})).not.toBe(pid);
    expect(isAlive(pid)).toBe(true);
    gone.abort("gone");
    expect(await other).toBe("gone");
    await until(() => !isAlive(pid));
  });
});
