import { describe, expect, test } from "bun:test";
import { childrenNamed } from "../support/child_processes.ts";
import { until } from "../support/until.ts";
import { HOSTILE, isAlive, open, reason } from "./pools.ts";

describe("a media process", () => {
  test("is kept only while it is needed", async () => {
    await using pool = open({ idleMs: 50 });
    const pid = await pool.call("pid", {});
    await until(() => !isAlive(pid));
    expect(await pool.call("pid", {})).not.toBe(pid);
  });

  test("is not kept when its caller left before it was there", async () => {
    const others = new Set(childrenNamed(process.pid, "hostile_process"));
    const own = () => childrenNamed(process.pid, "hostile_process").filter((pid) => !others.has(pid));
    await using pool = open({ idleMs: 50 });
    expect(await reason(pool.call("echo", 1, { signal: AbortSignal.timeout(5) }))).toMatchObject({
      name: "TimeoutError",
    });
    expect(own()).toHaveLength(1);
    await until(() => own().length === 0);
  });
});

describe("closing", () => {
  test("rejects what is under way, queued or later, and leaves no process", async () => {
    const pool = open();
    const pid = Number(await pool.call("pid", {}));
    const calls = [reason(pool.call("hang", {})), reason(pool.call("echo", 1))];
    await Bun.sleep(50);
    await pool.close();
    const stopping = { code: "unavailable" };
    expect([...(await Promise.all(calls)), await reason(pool.call("echo", 1))]).toMatchObject(Array(3).fill(stopping));
    expect(() => process.kill(pid, 0)).toThrow();
  });

  test("before the first call starts nothing", async () => {
    await open().close();
  });

  test("while the process starts leaves none behind", async () => {
    const pool = open();
    const call = reason(pool.call("pid", {}));
    await Bun.sleep(10);
    await pool.close();
    expect(await call).toMatchObject({ code: "unavailable" });
  });
});

describe("the death of the server", () => {
  test("by kill -9 ends its processes, also one that hangs", async () => {
    const program = `
      import { createProcessPool } from ${JSON.stringify(new URL("../../src/processes/mod.ts", import.meta.url).href)};
      const pool = createProcessPool({ name: "media process", failures: {}, script: new URL(${JSON.stringify(HOSTILE.href)}), processes: 2,
        timeLimitMs: 60_000, memoryLimitBytes: 2 ** 30 });
      const pids = await Promise.all([pool.call("pid", {}), pool.call("pid", {})]);
      pool.call("hang", {}).catch(() => {});
      console.log(JSON.stringify(pids));
    `;
    const server = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
    const { value } = await server.stdout.getReader().read();
    const pids: unknown[] = JSON.parse(new TextDecoder().decode(value));
    expect(new Set(pids).size).toBe(2);
    await Bun.sleep(200);
    server.kill("SIGKILL");
    await server.exited;
    await until(() => !pids.some(isAlive));
  });
});
