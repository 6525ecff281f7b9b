import { describe, expect, test } from "bun:test";
import { mediaFailures } from "../../src/media/mod.ts";
import { createProcessPool, type ProcessPool, type ProcessPoolOptions } from "../../src/processes/mod.ts";
import { childrenNamed } from "../support/child_processes.ts";

const HOSTILE = new URL("./hostile_process.ts", import.meta.url);
const ROOMY = {
  name: "media process",
  failures: mediaFailures,
  script: HOSTILE,
  processes: 1,
  timeLimitMs: 20_000,
  memoryLimitBytes: 1024 ** 3,
};

function open(options: Partial<ProcessPoolOptions> = {}): ProcessPool & AsyncDisposable {
  const pool = createProcessPool({ ...ROOMY, ...options });
  return { ...pool, [Symbol.asyncDispose]: () => pool.close() };
}

/** What a call rejects with. */
function reason(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => ({ resolved: value }),
    (error) => error,
  );
}

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

  test("that hangs is killed at the time limit, and the next call works", async () => {
    await using pool = open({ timeLimitMs: 300 });
    const pid = await pool.call("pid", {});
    expect(await reason(pool.call("hang", {}))).toMatchObject({
      code: "media_unreadable",
      message: "Cannot read the file: it took longer than the 0.3 s that it may take",
    });
    expect(await pool.call("pid", {})).not.toBe(pid);
  });

  test("does not take those down that queue behind a hang, a crash or an exit", async () => {
    await using pool = open({ timeLimitMs: 1000 });
    const calls = ["hang", "echo", "crash", "echo", "exit", "echo"].map((kind) => reason(pool.call(kind, { kind })));
    const [hang, first, crash, second, exit, third] = await Promise.all(calls);
    const unreadable = { code: "media_unreadable" };
    expect([hang, crash, exit]).toMatchObject([unreadable, unreadable, unreadable]);
    expect([first, second, third]).toEqual(Array(3).fill({ resolved: { kind: "echo" } }));
  });

  test("that eats memory in one go is ended at its limit, with the reason", async () => {
    const logged: unknown[] = [];
    await using pool = open({ memoryLimitBytes: 300 * 1024 ** 2, onLog: (message) => logged.push(message) });
    expect(await reason(pool.call("eat", {}))).toMatchObject({
      code: "media_unreadable",
      message: "Cannot read the file: it needs more memory than it may use",
    });
    expect(logged).toEqual(["media process ended"]);
    expect(await pool.call("echo", 1)).toBe(1);
  });

  test("that lies about the protocol is ended", async () => {
    await using pool = open();
    expect(await reason(pool.call("lie", {}))).toMatchObject({ code: "media_unreadable" });
    expect(await pool.call("echo", 1)).toBe(1);
  });

  test("may write more to stderr than a pipe holds", async () => {
    await using pool = open();
    expect(await pool.call("noise", {})).toBe("done");
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

  test("is kept only while it is needed", async () => {
    await using pool = open({ idleMs: 50 });
    const pid = await pool.call("pid", {});
    await Bun.sleep(500);
    expect(() => process.kill(Number(pid), 0)).toThrow();
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
    while (own().length > 0) await Bun.sleep(10);
  });

  test("runs beside another one", async () => {
    await using pool = open({ processes: 2, timeLimitMs: 3000 });
    const hang = reason(pool.call("hang", {}));
    expect(await pool.call("echo", "meanwhile")).toBe("meanwhile");
    expect(await hang).toMatchObject({ code: "media_unreadable" });
  });
});

describe("a process with several calls at once", () => {
  test("gives each its own answer", async () => {
    await using pool = open({ callsAtOnce: 2 });
    const outcomes = await Promise.all([pool.call("meeting", "a"), pool.call("meeting", "b")]);
    expect(outcomes).toEqual(["b", "second"]);
  });

  test("has no more than it may, and the rest wait", async () => {
    await using pool = open({ callsAtOnce: 2 });
    const gone = new AbortController();
    const long = [1, 2].map(() => reason(pool.call("patient", {}, { signal: gone.signal })));
    const third = pool.call("echo", 3);
    expect(await Promise.race([third, Bun.sleep(300).then(() => "waits")])).toBe("waits");
    gone.abort("gone");
    expect(await third).toBe(3);
    expect(await Promise.all(long)).toEqual(["gone", "gone"]);
  });

  test("keeps the others when one does not listen to its end", async () => {
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

  test("takes the others along when it crashes, and the next call has a new one", async () => {
    await using pool = open({ callsAtOnce: 3 });
    const pid = await pool.call("pid", {});
    const outcomes = await Promise.all(["patient", "crash"].map((kind) => reason(pool.call(kind, {}))));
    expect(outcomes).toMatchObject([{ code: "media_unreadable" }, { code: "media_unreadable" }]);
    expect(await pool.call("pid", {})).not.toBe(pid);
  });

  test("ends after those that it has when it has grown too large, and the next call has a new one", async () => {
    await using pool = open({ callsAtOnce: 3, memoryLimitBytes: 400 * 1024 ** 2 });
    const gone = new AbortController();
    const other = reason(pool.call("patient", {}, { signal: gone.signal }));
    const pid = Number(await pool.call("grow", {}));
    expect(await pool.call("pid", {})).not.toBe(pid);
    expect(isAlive(pid)).toBe(true);
    gone.abort("gone");
    expect(await other).toBe("gone");
    while (isAlive(pid)) await Bun.sleep(10);
  });
});

test.if(process.platform === "linux")("a process gives way to the server with all of its threads", async () => {
  await using pool = open();
  expect(new Set([await pool.call("niceness", {})].flat())).toEqual(new Set([10]));
});

describe("a call that nobody waits for", () => {
  test("is never made when its signal is aborted before", async () => {
    await using pool = open();
    expect(await reason(pool.call("echo", 1, { signal: AbortSignal.abort("too late") }))).toBe("too late");
  });

  test("leaves the queue", async () => {
    await using pool = open({ timeLimitMs: 1000 });
    const hang = reason(pool.call("hang", {}));
    const left = new AbortController();
    const queued = reason(pool.call("echo", 1, { signal: left.signal }));
    left.abort("left");
    expect(await queued).toBe("left");
    await hang;
    expect(await pool.call("echo", 2)).toBe(2);
  });

  test("is told to end, and the process lives on when it does", async () => {
    await using pool = open();
    const pid = await pool.call("pid", {});
    const gone = new AbortController();
    const onProgress = () => gone.abort("gone");
    expect(await reason(pool.call("patient", {}, { signal: gone.signal, onProgress }))).toBe("gone");
    expect(await pool.call("pid", {})).toBe(pid);
  });

  test("is killed when it does not listen", async () => {
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

  test("may have a time limit of its own", async () => {
    await using pool = open({ timeLimitMs: 200 });
    const gone = AbortSignal.timeout(1000);
    const patient = pool.call("patient", {}, { timeLimitMs: 60_000, signal: gone });
    expect(await reason(patient)).toMatchObject({ name: "TimeoutError" });
  });
});

describe("a media process that cannot start", () => {
  const BROKEN = new URL("./no_such_process.ts", import.meta.url);

  test("is tried three times, and then for a while not at all", async () => {
    let failures = 0;
    await using pool = open({ script: BROKEN, onLog: (message) => (failures += Number(message.includes("start"))) });
    expect(await reason(pool.call("echo", 1))).toMatchObject({ code: "unavailable" });
    expect(failures).toBe(3);
    expect(await reason(pool.call("echo", 1))).toMatchObject({ code: "unavailable" });
    expect(failures).toBe(3);
  });

  test("because its folder is gone, is no different", async () => {
    await using pool = open({ script: new URL("./no_such_folder/process.ts", import.meta.url) });
    expect(await reason(pool.call("echo", 1))).toMatchObject({ code: "unavailable" });
  });

  test("because it starts too slowly, is no different", async () => {
    await using pool = open({ startLimitMs: 1 });
    expect(await reason(pool.call("echo", 1))).toMatchObject({ code: "unavailable" });
  });

  test("does not keep a caller who leaves", async () => {
    await using pool = open({ script: BROKEN });
    expect(await reason(pool.call("echo", 1, { signal: AbortSignal.timeout(20) }))).toMatchObject({
      name: "TimeoutError",
    });
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
    for (let tries = 0; tries < 200 && pids.some(isAlive); tries += 1) await Bun.sleep(50);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

function isAlive(pid: unknown): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}
