import { describe, expect, test } from "bun:test";
import { sandboxLevel } from "../../src/processes/mod.ts";

const DOOR = `${import.meta.dir}/../../src/processes/mod.ts`;

/** The output of a program under a limit of open files, which no process without privileges can raise. */
async function output(limit: number, program: string): Promise<string> {
  const command = ["prlimit", `--nofile=${limit}:${limit}`, process.execPath, "-e", program];
  return await new Response(Bun.spawn(command, { stderr: "inherit" }).stdout).text();
}

describe.if(process.platform === "linux")("sandboxLevel", () => {
  test("few open files: processes are confined as far as ever", async () => {
    const program = `import { sandboxLevel } from "${DOOR}"; console.log(sandboxLevel());`;
    expect(await output(100, program)).toBe(`${sandboxLevel()}\n`);
  });

  test("no open file left: a shortage is not taken for a machine without confinement", async () => {
    const program = `
      import { closeSync, openSync } from "node:fs";
      import { sandboxLevel } from "${DOOR}";
      const files = [];
      try { for (;;) files.push(openSync("/dev/null")); } catch {}
      try { console.log(sandboxLevel()); } catch (error) { console.log(error.code); }
      for (const file of files) closeSync(file);
      console.log(sandboxLevel());`;
    expect(await output(100, program)).toBe(`unavailable\n${sandboxLevel()}\n`);
  });
});
