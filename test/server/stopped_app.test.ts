import { expect, test } from "bun:test";
import { startTestServer } from "../support/test_server.ts";

test("a server that was stopped leaves nothing behind that would keep it in memory", async () => {
  const before = process.listeners("beforeExit");
  const server = await startTestServer();
  await server[Symbol.asyncDispose]();
  // The framework's own way to stop at the end of the process: it held every app for good.
  expect(process.listeners("beforeExit")).toEqual(before);
});
