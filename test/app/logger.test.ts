import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createLineWriter } from "../../src/logger.ts";

const LOGGER = join(import.meta.dir, "../../src/logger.ts");

/** Runs a script that has a `logger`, in a process whose output is a pipe. */
function logging(script: string) {
  const source = `
    import { createLogger } from ${JSON.stringify(LOGGER)};
    const logger = createLogger("info");
    process.on("exit", () => logger.flush());
    ${script}`;
  return Bun.spawn([process.execPath, "-e", source], { stdio: ["ignore", "pipe", "pipe"] });
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

describe("the lines of a log", () => {
  test("are written though nothing follows them", async () => {
    await using child = logging(`logger.info({ requestId: "a" }, "request"); setInterval(() => {}, 1000);`);
    let text = "";
    for await (const chunk of child.stdout) {
      text += new TextDecoder().decode(chunk);
      if (text.includes("\n")) break;
    }
    expect(JSON.parse(text)).toMatchObject({ level: 30, requestId: "a", msg: "request", time: expect.any(String) });
  });

  test.each([
    ["by itself", ""],
    ["on purpose", "process.exit(0);"],
    ["of an error that nobody caught", `throw new Error("on purpose");`],
  ])("are all there when the process ends %s", async (_how, end) => {
    await using child = logging(`for (let n = 0; n < 3; n++) logger.info({ n }, "line"); ${end}`);
    const lines = linesOf(await new Response(child.stdout).text());
    expect(lines.map((line) => JSON.parse(line).n)).toEqual([0, 1, 2]);
  });

  test("wait for a slow reader, and none is lost or out of order", async () => {
    const count = 20_000;
    await using child = logging(`for (let n = 0; n < ${count}; n++) logger.info({ n, text: "x".repeat(50) }, "line");`);
    await Bun.sleep(300);
    const lines = linesOf(await new Response(child.stdout).text());
    expect(lines.length).toBe(count);
    expect(lines.every((line, n) => JSON.parse(line).n === n)).toBe(true);
  });

  test("end nobody's work when their reader has gone", async () => {
    await using child = logging(`
      await Bun.sleep(200);
      for (let n = 0; n < 5_000; n++) logger.info({ n }, "line");
      process.exit(7);`);
    await child.stdout.cancel();
    expect(await child.exited).toBe(7);
  });

  test("of a descriptor that is none are an error, not silence", () => {
    const lines = createLineWriter(1_000_000);
    lines.write("lost\n");
    expect(() => lines.flush()).toThrow("EBADF");
  });
});
