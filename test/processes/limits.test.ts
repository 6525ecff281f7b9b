import { describe, expect, test } from "bun:test";
import { open, reason } from "./pools.ts";

// Most of these wait for a limit, so they wait at the same time.
describe("a media process", () => {
  test.concurrent("that spins is ended when its processor time is used up, and the next call works", async () => {
    await using pool = open({ cpuLimitMs: 300 });
    const pid = await pool.call("pid", {});
    expect(await reason(pool.call("hang", {}))).toMatchObject({
      code: "media_unreadable",
      message: "Cannot read the file: it takes more than the 0.3 s of processor time that it may",
    });
    expect(await pool.call("pid", {})).not.toBe(pid);
  });

  test.concurrent("that used processor time in earlier calls has all of it for the next one", async () => {
    await using pool = open({ cpuLimitMs: 1500 });
    for (let call = 0; call < 4; call += 1) expect(await pool.call("work", { cpuMs: 700 })).toBeGreaterThan(650);
  });

  test.concurrent("that does nothing until its time is over is ended, without a verdict on the file", async () => {
    const logged: unknown[] = [];
    await using pool = open({ onLog: (message) => logged.push(message) });
    expect(await reason(pool.call("deaf", {}, { timeLimitMs: 300 }))).toMatchObject({
      code: "unavailable",
      message: "Cannot read the file: its process did not answer in time",
    });
    expect(logged).toEqual(["media process did not answer in time"]);
    expect(await pool.call("echo", 1)).toBe(1);
  });

  test.concurrent("does not take those down that queue behind a hang, a crash or an exit", async () => {
    await using pool = open({ cpuLimitMs: 300 });
    const calls = ["hang", "echo", "crash", "echo", "exit", "echo"].map((kind) => reason(pool.call(kind, { kind })));
    const [hang, first, crash, second, exit, third] = await Promise.all(calls);
    const unreadable = { code: "media_unreadable" };
    expect([hang, crash, exit]).toMatchObject([unreadable, unreadable, unreadable]);
    expect([first, second, third]).toEqual(Array(3).fill({ resolved: { kind: "echo" } }));
  });

  test.concurrent("that eats memory in one go is ended at its limit, with the reason", async () => {
    const logged: unknown[] = [];
    await using pool = open({ memoryLimitBytes: 300 * 1024 ** 2, onLog: (message) => logged.push(message) });
    expect(await reason(pool.call("eat", {}))).toMatchObject({
      code: "media_unreadable",
      message: "Cannot read the file: it needs more memory than it may use",
    });
    expect(logged).toEqual(["media process ended"]);
    expect(await pool.call("echo", 1)).toBe(1);
  });

  test.concurrent("that lies about the protocol is ended", async () => {
    await using pool = open();
    expect(await reason(pool.call("lie", {}))).toMatchObject({ code: "media_unreadable" });
    expect(await pool.call("echo", 1)).toBe(1);
  });

  test.concurrent("runs beside another one", async () => {
    await using pool = open({ processes: 2, cpuLimitMs: 1000 });
    const hang = reason(pool.call("hang", {}));
    expect(await pool.call("echo", "meanwhile")).toBe("meanwhile");
    expect(await hang).toMatchObject({ code: "media_unreadable" });
  });

  test.concurrent("has the time limit of a call that names its own", async () => {
    await using pool = open({ timeLimitMs: 200 });
    const gone = AbortSignal.timeout(1000);
    const patient = pool.call("patient", {}, { timeLimitMs: 60_000, signal: gone });
    expect(await reason(patient)).toMatchObject({ name: "TimeoutError" });
  });
});
