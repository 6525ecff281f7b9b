import { describe, expect, test } from "bun:test";
import { closeSync, openSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createLineWriter } from "../../src/core/line_writer.ts";
import { CAN_MOUNT, tinyDisk } from "../blobs/stores.ts";
import { temporaryDirectory, until } from "../support/test_server.ts";

const MAIN = join(import.meta.dir, "../../src/main.ts");
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
    expect(JSON.parse(text)).toMatchObject({ level: "info", requestId: "a", msg: "request", time: expect.any(String) });
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

  test.each([
    ["that is full", "/dev/full"],
    ["that is none", null],
  ])("of a descriptor %s are dropped and counted, and never thrown", async (_which, path) => {
    const fd = path === null ? 1_000_000 : openSync(path, "w");
    const lines = createLineWriter(fd);
    for (let n = 0; n < 1_000; n++) lines.write(`${"x".repeat(100)}\n`);
    await until(() => lines.dropped() > 0);
    lines.write("the last\n");
    lines.flush();
    expect(lines.dropped()).toBe(1_001);
  });

  test.skipIf(!CAN_MOUNT)("are written again when the disk has space again, whole lines after a count", async () => {
    await using disk = await tinyDisk(1);
    const [path, filler] = [join(disk.directory, "log"), join(disk.directory, "filler")];
    const fd = openSync(path, "a");
    const recovered: number[] = [];
    const lines = createLineWriter(fd, (dropped) => recovered.push(dropped));
    await Bun.write(filler, new Uint8Array(1024 * 1024 - 8_192));
    for (let n = 0; n < 200; n++) lines.write(`${"a".repeat(99)}\n`);
    await until(() => lines.dropped() === 200);
    const { size } = statSync(path);
    await rm(filler);
    lines.write("again\n");
    await until(() => recovered.length > 0);
    expect(recovered).toEqual([200]);
    const text = await Bun.file(path).text();
    expect(text.slice(size).trim()).toBe("again");
    expect(text.endsWith("\nagain\n")).toBe(true);
    closeSync(fd);
  });

  test("that nobody reads cost bounded memory, hold up no work, and do not keep the process from its end", async () => {
    await using child = logging(`
      const text = "x".repeat(1_000);
      for (let round = 0; round < 40; round++) {
        for (let n = 0; n < 1_000; n++) logger.info({ n, text }, "line");
        await Bun.sleep(1);
      }
      Bun.gc(true);
      await Bun.sleep(1_500);
      process.stderr.write(JSON.stringify({ dropped: logger.droppedLines(), rss: process.memoryUsage().rss }));
      process.exit(7);`);
    const { dropped, rss } = JSON.parse(await new Response(child.stderr).text());
    expect(await child.exited).toBe(7);
    expect(dropped).toBeGreaterThan(10_000);
    expect(rss).toBeLessThan(250 * 1024 * 1024);
  });

  test("that a full disk does not take end no server, and are counted in its metrics", async () => {
    const taken = Bun.serve({ port: 0, fetch: () => new Response() });
    const port = String(taken.port);
    await taken.stop(true);
    const dataDir = await temporaryDirectory();
    await using server = Bun.spawn([process.execPath, MAIN], {
      env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir, PORT: port },
      stdio: ["ignore", openSync("/dev/full", "w"), "inherit"],
    });
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    await until(async () => (await get("/health/ready"))?.status === 200);
    await until(async () => /reelog_log_lines_dropped [1-9]/.test((await (await get("/metrics"))?.text()) ?? ""));
    expect((await get("/api/v3/assets"))?.status).toBe(200);
    server.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    await rm(dataDir, { recursive: true, force: true });
  });
});
