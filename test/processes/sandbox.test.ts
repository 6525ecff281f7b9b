import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SandboxLevel, sandboxLevel } from "../../src/processes/mod.ts";
import { spawnServer } from "../support/server_process.ts";
import { open } from "./pools.ts";

const INTRUDER = new URL("./intruder_process.ts", import.meta.url);
const LEVELS: readonly SandboxLevel[] = ["none", "calls", "files"];
const best = sandboxLevel();
const has = (level: SandboxLevel) => LEVELS.indexOf(best) >= LEVELS.indexOf(level);
if (best !== "files") {
  const hint = "it takes Linux 6.2 or later with Landlock and seccomp";
  if (process.env.CI === "true") throw new Error(`Cannot prove all levels here: this machine has '${best}', ${hint}`);
  console.log(`sandbox levels above '${best}' are not tried here: ${hint}`);
}

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  // Beside the data directory of a server; not below the program, whose names can be listed.
  folder = await mkdtemp(join(tmpdir(), "reelog-sandbox-"));
  await mkdir(at("blobs"));
  await writeFile(at("signing_secret"), "secret");
  await writeFile(at("blobs/other"), "bytes of another owner");
  using db = new Database(at("reelog.db"));
  db.run("CREATE TABLE things (id INTEGER)");
  db.run("INSERT INTO things VALUES (1)");
});

const pools = new Map<string, ReturnType<typeof open>>();
afterAll(async () => {
  await Promise.all([...pools.values()].map((pool) => pool.close()));
  await rm(folder, { recursive: true, force: true });
});

/** The one pool of a level. */
function intruder(sandbox: SandboxLevel, network = false) {
  const name = `processes-${sandbox}${network ? "-network" : ""}`;
  const pool = pools.get(name) ?? open({ script: INTRUDER, sandbox, directory: at(name), network });
  pools.set(name, pool);
  return pool;
}

/** Names and ids that are refused by the one or the other mechanism. */
const REFUSED = expect.stringMatching(/^(EACCES|EPERM|EXDEV|refused|SQLITE_.*)$/);

const CALLS = [
  "start a shell",
  "become a shell",
  "connect",
  "open a socket",
  "open a UNIX socket",
  "trace the server",
  "signal the server",
  "use io_uring",
  "make a namespace",
  "take memory",
];

describe.if(has("calls"))("a process that was taken over at level 'calls'", () => {
  test.each(CALLS)("cannot %s", async (what) => {
    using listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const free = intruder("none");
    const pool = intruder("calls");
    // So that it is the level which refuses; what root or the kernel refuses anyway proves nothing.
    expect(what === "connect" ? await free.call(what, { at: String(listener.port) }) : "done").toBe("done");
    expect(await pool.call(what, { at: String(listener.port) })).toEqual(
      what === "connect" ? expect.stringMatching(/^(?!done)/) : REFUSED,
    );
  });

  test("cannot change the mode of a file", async () => {
    const pool = intruder("calls");
    expect(await pool.call("change the mode", { at: at("signing_secret") })).toEqual(REFUSED);
    expect((await stat(at("signing_secret"))).mode & 0o111).toBe(0);
  });

  test("cannot read what a shielded server keeps in its environment and memory", async () => {
    const server = `
      import { createProcessPool, shieldProcess } from "${import.meta.dir}/../../src/processes/mod.ts";
      shieldProcess(["AI_API_KEY"]);
      const pool = createProcessPool({ name: "intruder", failures: { unavailable: () => new Error() }, script: new URL("${INTRUDER}"), processes: 1,
        timeLimitMs: 20000, memoryLimitBytes: 2 ** 30, sandbox: "calls" });
      const call = (kind) => pool.call(kind, { at: "" });
      console.log(await call("read the server's environment"), await call("read the server's memory"),
        (await Bun.file("/proc/self/environ").text()).includes("hunter2"));
      await pool.close();`;
    const run = Bun.spawn([process.execPath, "-e", server], { env: { ...process.env, AI_API_KEY: "hunter2" } });
    expect(await new Response(run.stdout).text()).toBe("EACCES EACCES false\n");
  });

  test("that downloads can connect, but neither to UNIX sockets nor by other programs", async () => {
    using listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const pool = intruder("calls", true);
    expect(await pool.call("connect", { at: String(listener.port) })).toBe("done");
    for (const what of ["open a UNIX socket", "start a shell", "become a shell", "signal the server"]) {
      expect(await pool.call(what, { at: "" }), what).toEqual(REFUSED);
    }
  });
});

describe.if(has("files"))("a process that was taken over at level 'files'", () => {
  test.each([
    ["read", "signing_secret"],
    ["read", "blobs/other"],
    ["append", "blobs/other"],
    ["truncate", "blobs/other"],
    ["list", "blobs"],
    ["read", "reelog.db"],
    ["write to the database", "reelog.db"],
    ["append", "new_file"],
    ["link to", "processes-files/0/out/link"],
    ["point to", "processes-files/0/out/link"],
    ["list", "processes-files/0/in"],
    ["list", "processes-files/0/out"],
    ["append", "processes-files/0/in/new"],
  ])("cannot %s %s", async (what, name) => {
    const pool = intruder("files");
    expect(await pool.call(what, { at: at(name) })).toEqual(
      what === "write to the database" ? expect.not.stringMatching(/^done$/) : REFUSED,
    );
    expect(await readFile(at("blobs/other"), "utf8")).toBe("bytes of another owner");
    using db = new Database(at("reelog.db"));
    expect(db.query("SELECT id FROM things").all()).toEqual([{ id: 1 }]);
    expect(existsSync(at("new_file"))).toBe(false);
  });

  test.each([
    ["read", "/etc/passwd"],
    ["read", "/etc/shadow"],
    ["list", "/"],
    ["read", "/proc/1/cmdline"],
    ["append", "/tmp/reelog-outside"],
    ["append", join(import.meta.dir, "intruder_process.ts")],
    ["read the server's environment", ""],
    ["read the server's memory", ""],
    ...CALLS.map((what) => [what, "1"]),
  ])("cannot %s %s", async (what = "", path = "") => {
    const pool = intruder("files");
    expect(await pool.call(what, { at: path })).toEqual(
      what === "connect" ? expect.stringMatching(/^(?!done)/) : REFUSED,
    );
  });

  test("that downloads has no other files either", async () => {
    using listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const pool = intruder("files", true);
    expect(await pool.call("connect", { at: String(listener.port) })).toBe("done");
    for (const name of ["signing_secret", "blobs/other"]) {
      expect(await pool.call("read", { at: at(name) }), name).toEqual(REFUSED);
    }
  });

  test("reads what it is lent, and writes what it is to make", async () => {
    const pool = intruder("files");
    using place = await pool.enter();
    await using lent = await place.workspace.lend(at("blobs/other"));
    await using output = place.workspace.output();
    expect(await place.call("read", { at: lent.path })).toBe("done");
    expect(await place.call("append", { at: lent.path })).toEqual(REFUSED);
    expect(await place.call("append", { at: output.path })).toBe("done");
    expect(await readdir(place.workspace.writable)).toHaveLength(1);
  });

  test("opens nothing of another call, also below the directory of the program, whose names it can list", async () => {
    const directory = await mkdtemp(join(import.meta.dir, "../../data-of-a-test-"));
    try {
      await using pool = open({ script: INTRUDER, sandbox: "files", directory, processes: 2 });
      using victim = await pool.enter({ owner: "ann" });
      await using lent = await victim.workspace.lend(at("blobs/other"));
      await using output = victim.workspace.output();
      expect(await victim.call("append", { at: output.path })).toBe("done");
      using own = await pool.enter({ owner: "mallory" });
      expect(await own.call("list", { at: victim.workspace.readable })).toBe("done");
      for (const what of ["read", "append", "truncate"]) {
        for (const { path } of [lent, output]) expect(await own.call(what, { at: path }), what).toEqual(REFUSED);
      }
      expect(await own.call("append", { at: join(victim.workspace.writable, "new") })).toEqual(REFUSED);
      // The call that they belong to can.
      expect(await victim.call("read", { at: lent.path })).toBe("done");
      expect(await victim.call("read", { at: output.path })).toBe("done");
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

test("a server says at its start how far processes are confined, and warns when it is root's", async () => {
  const dataDir = at("data");
  await using server = await spawnServer({ DATA_DIR: dataDir, SIGNING_SECRET: "hunter2".repeat(5) });
  const lines = server.logs.filter((line) => line.includes('"sandbox":'));
  expect(lines).toEqual([expect.stringContaining(`"sandbox":"${best}"`)]);
  expect(server.logs.some((line) => line.includes("runs as root"))).toBe(process.getuid?.() === 0);
  if (process.platform !== "linux") return;
  expect(await readFile(`/proc/${server.pid}/environ`, "utf8").catch(() => "")).not.toContain("hunter2");
});
