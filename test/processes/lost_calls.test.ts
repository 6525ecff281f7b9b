import { expect, test } from "bun:test";
import { LostWork } from "../../src/core/shortage.ts";
import { open, reason } from "./pools.ts";

/** Calls a handler whose process dies by a signal the first so many times. */
async function dying(times: number, signal: string) {
  const logged: { message: string; details: Record<string, unknown> }[] = [];
  await using pool = open({ onLog: (message, details) => logged.push({ message, details }) });
  using place = await pool.enter();
  await using counter = place.workspace.output();
  const answer = await reason(place.call("dying", { counter: counter.path, times, signal }));
  return { answer, logged };
}

test.concurrent.each(["SIGKILL", "SIGSEGV"])(
  "a call whose process ends by %s is run again, and the end is logged",
  async (signal) => {
    const { answer, logged } = await dying(2, signal);
    expect(answer).toEqual({ resolved: "answered" });
    const details = { stderr: expect.stringContaining("last words") };
    expect(logged).toEqual(
      Array(2).fill({ message: "media process ended", details: expect.objectContaining(details) }),
    );
  },
);

test.concurrent("a call that crashes every process is a verdict on its file", async () => {
  const { answer, logged } = await dying(Number.MAX_SAFE_INTEGER, "SIGSEGV");
  expect(answer).toMatchObject({
    code: "media_unreadable",
    message: "Cannot read the file: its decoder crashed",
  });
  expect(logged).toHaveLength(3);
});

test.concurrent("a call whose processes are killed from outside is no verdict on its file", async () => {
  const { answer, logged } = await dying(Number.MAX_SAFE_INTEGER, "SIGKILL");
  expect(answer).toBeInstanceOf(LostWork);
  expect(answer).toMatchObject({ code: "unavailable" });
  expect(logged).toHaveLength(3);
});

test.concurrent("a process that meets a shortage says nothing about its file", async () => {
  await using pool = open();
  for (const code of ["ENOMEM", "EMFILE", "ENFILE", "EAGAIN", "ENOSPC", "EDQUOT", "EIO"]) {
    const answer = await reason(pool.call("short", { code }));
    expect(answer).toMatchObject({ code: "unavailable" });
    expect(String(answer)).not.toContain("secret");
  }
});
