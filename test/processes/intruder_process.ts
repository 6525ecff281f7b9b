/** A process that has been taken over: it tries what it is told to, and answers `done` or why it could not. */
import { Database } from "bun:sqlite";
import { appendFileSync, chmodSync, linkSync, readdirSync, readFileSync, symlinkSync, truncateSync } from "node:fs";
import { connect } from "node:net";
import { Type } from "@sinclair/typebox";
import { defineHandler, serveCalls } from "../../src/processes/mod.ts";
import { openLibc } from "../../src/processes/sandbox/libc.ts";

const Where = Type.Object({ at: Type.String() });
const libc = openLibc();

/** System calls of x86-64 and arm64, made without the runtime. */
const RAW = {
  socket: [41, 198],
  ptrace: [101, 117],
  kill: [62, 129],
  mmap: [9, 222],
  io_uring_setup: [425, 425],
  unshare: [272, 97],
} as const;

function raw(name: keyof typeof RAW, ...parameters: number[]): string {
  const number = RAW[name][process.arch === "arm64" ? 1 : 0];
  return (libc?.syscall(number, ...parameters) ?? -1) < 0 ? "refused" : "done";
}

function attempt(work: (at: string) => unknown) {
  return defineHandler(Where, async ({ at }) => {
    try {
      await work(at);
      return "done";
    } catch (error) {
      return error instanceof Error && "code" in error ? error.code : String(error);
    }
  });
}

serveCalls({
  read: attempt((at) => readFileSync(at)),
  "read the server's environment": attempt(() => {
    if (!readFileSync(`/proc/${process.ppid}/environ`, "utf8").includes("=")) throw new Error("empty");
  }),
  "read the server's memory": attempt(() => readFileSync(`/proc/${process.ppid}/maps`)),
  list: attempt((at) => readdirSync(at)),
  append: attempt((at) => appendFileSync(at, "x")),
  truncate: attempt((at) => truncateSync(at)),
  "change the mode": attempt((at) => chmodSync(at, 0o777)),
  "write to the database": attempt((at) => {
    using db = new Database(at);
    db.run("DELETE FROM things");
  }),
  "link to": attempt((at) => linkSync("/etc/hostname", at)),
  "point to": attempt((at) => symlinkSync("/etc/hostname", at)),
  "start a shell": attempt(() => Bun.spawnSync(["/bin/sh", "-c", "true"])),
  "become a shell": defineHandler(Where, async () => {
    libc?.execve("/bin/sh", ["/bin/sh", "-c", "exit 7"], []);
    return "refused";
  }),
  connect: attempt((at) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    connect(Number(at), "127.0.0.1", resolve).on("error", reject);
    return promise;
  }),
  "open a socket": defineHandler(Where, async () => raw("socket", 2, 1, 0)),
  "open a UNIX socket": defineHandler(Where, async () => raw("socket", 1, 1, 0)),
  "trace the server": defineHandler(Where, async () => raw("ptrace", 0x4206, process.ppid, 0, 0)),
  "signal the server": defineHandler(Where, async () => raw("kill", process.ppid, 0)),
  "use io_uring": defineHandler(Where, async () => raw("io_uring_setup", 1, 0)),
  "make a namespace": defineHandler(Where, async () => raw("unshare", 0x10000000)),
  "take memory": defineHandler(Where, async () => raw("mmap", 0, 4 * 1024 ** 3, 3, 0x22, -1, 0)),
});
