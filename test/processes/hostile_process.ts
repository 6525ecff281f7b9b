/** A media process that speaks the real protocol and has every bad habit that a decoder can have. */
import { appendFileSync, readdirSync, readFileSync, statSync, writeSync } from "node:fs";
import { Type } from "@sinclair/typebox";
import { AppError } from "../../src/core/errors.ts";
import { defineHandler, serveCalls } from "../../src/processes/mod.ts";

const Anything = Type.Unknown();

let met: PromiseWithResolvers<unknown> | null = null;
const kept: Uint8Array[] = [];

serveCalls({
  echo: defineHandler(Anything, async (params) => params),
  pid: defineHandler(Anything, async () => process.pid),
  environment: defineHandler(Anything, async () => ({ ...process.env })),
  hang: defineHandler(Anything, async () => {
    for (;;);
  }),
  /** Uses processor time, and answers how much it was. */
  work: defineHandler(Type.Object({ cpuMs: Type.Number() }), async ({ cpuMs }) => {
    const before = process.cpuUsage();
    for (;;) {
      const { user, system } = process.cpuUsage(before);
      if ((user + system) / 1000 >= cpuMs) return (user + system) / 1000;
    }
  }),
  /** Ends its process by a signal until there are so many bytes in a file that counts; then answers. */
  dying: defineHandler(
    Type.Object({ counter: Type.String(), times: Type.Integer(), signal: Type.String() }),
    async ({ counter, times, signal }) => {
      appendFileSync(counter, ".");
      if (statSync(counter).size <= times) {
        writeSync(2, "last words\n");
        process.kill(process.pid, signal);
        await Bun.sleep(60_000);
      }
      return "answered";
    },
  ),
  /** Fails as a decoder does on a machine that is short of something. */
  short: defineHandler(Type.Object({ code: Type.String() }), async ({ code }) => {
    throw Object.assign(new Error("inner secret /etc/passwd"), { code });
  }),
  crash: defineHandler(Anything, async () => process.kill(process.pid, "SIGSEGV")),
  exit: defineHandler(Anything, async () => process.exit(3)),
  eat: defineHandler(Anything, async () => {
    // All in one turn of the event loop, as a native decoder does it.
    const eaten: Uint8Array[] = [];
    for (;;) eaten.push(new Uint8Array(16 * 1024 * 1024).fill(1));
  }),
  noise: defineHandler(Anything, async () => {
    for (let line = 0; line < 5000; line += 1) process.stderr.write(`${"noise ".repeat(20)}${line}\n`);
    return "done";
  }),
  lie: defineHandler(Anything, async () => process.send?.({ type: "result", id: "1; drop table", value: {} })),
  flood: defineHandler(Anything, async (_params, { progress }) => {
    for (;;) progress(1);
  }),
  throwing: defineHandler(Anything, async () => {
    throw new Error("inner secret /etc/passwd");
  }),
  refusing: defineHandler(Anything, async () => {
    throw new AppError("unsupported_media_type", "Cannot use the file: it is a potato");
  }),
  stepping: defineHandler(Type.Object({ steps: Type.Integer() }), async ({ steps }, { progress }) => {
    for (let step = 1; step <= steps; step += 1) progress(step / steps);
    return "done";
  }),
  /** Answers when it is asked a second time. */
  meeting: defineHandler(Anything, async (params) => {
    const other = met;
    met = Promise.withResolvers<unknown>();
    if (other) {
      other.resolve(params);
      return "second";
    }
    return met.promise;
  }),
  grow: defineHandler(Anything, async () => {
    kept.push(new Uint8Array(200 * 1024 * 1024).fill(1));
    return process.pid;
  }),
  deaf: defineHandler(Anything, async (_params, { progress }) => {
    progress("started");
    await Bun.sleep(60_000);
  }),
  niceness: defineHandler(Anything, async () => {
    const threads = readdirSync("/proc/self/task").map((id) => readFileSync(`/proc/self/task/${id}/stat`, "utf8"));
    // See proc(5): the 17th field after the name in parentheses.
    return threads.map((stat) => Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]));
  }),
  patient: defineHandler(Anything, async (_params, { signal, progress }) => {
    progress("started");
    while (!signal.aborted) await Bun.sleep(10);
    return "ended well";
  }),
});
