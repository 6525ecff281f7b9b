import { expect, test } from "bun:test";
import { open } from "./pools.ts";

test("calls of one owner who asks for much: another owner's call does not wait behind all of them", async () => {
  await using pool = open();
  const ended: string[] = [];
  const call = (owner: string) => pool.call("work", { cpuMs: 20 }, { owner }).then(() => void ended.push(owner));
  const calls = Array.from({ length: 12 }, () => call("ann"));
  calls.push(call("bob"));
  await Promise.all(calls);
  expect(ended.indexOf("bob")).toBeLessThanOrEqual(2);
});

test("calls of one owner: no more run at once than one owner may have", async () => {
  await using pool = open({ processes: 2, perOwner: 1 });
  const stop = new AbortController();
  const started = Promise.withResolvers<unknown>();
  const options = { owner: "ann", signal: stop.signal, onProgress: started.resolve };
  const held = pool.call("patient", {}, options).catch(() => {});
  const next = pool.call("echo", "ann's next", { owner: "ann" });
  await started.promise;
  expect(await pool.call("echo", "bob", { owner: "bob" })).toBe("bob");
  stop.abort();
  expect(await next).toBe("ann's next");
  await held;
});
