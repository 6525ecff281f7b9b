import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { createProgram, EXAMPLES, withPaths } from "../../src/cli/program.ts";
import { jsonLines, MAIN, reelog } from "../support/command_line.ts";
import { historyOnDisk } from "../support/histories_on_disk.ts";
import { installed } from "../support/installed.ts";
import { keys } from "../support/keys.ts";
import { spawnServer } from "../support/server_process.ts";
import { inTerminal, onNarrowTerminal } from "../support/terminal.ts";
import { temporaryDirectory } from "../support/test_server.ts";

const program = createProgram({ env: {}, stdout: { write() {} }, stderr: { write() {} } });
const LEAVES = withPaths(program).filter(([, { commands }]) => commands.length === 0);

test("every command: has --json and examples that name its own options", () => {
  for (const [path, { options }] of LEAVES) {
    const examples = EXAMPLES[path] ?? [];
    const known = ["--help", ...options.flatMap(({ long }) => long ?? [])];
    const used = examples.flatMap((example) => example.match(/--[a-z-]+/g) ?? []);
    expect({ path, json: known.includes("--json"), examples: examples.length > 0 }).toEqual({
      path,
      json: true,
      examples: true,
    });
    expect({ path, unknown: used.filter((option) => !known.includes(option)) }).toEqual({ path, unknown: [] });
    for (const example of examples) expect(example).toContain(`reelog ${path}`);
  }
});

test("--version: prints the version of the package", async () => {
  expect(await reelog("/nonexistent", "--version")).toEqual({
    status: 0,
    out: `reelog ${packageJson.version}\n`,
    err: "",
  });
});

describe("--json: the result is one object", () => {
  test.each([
    { parameters: ["status"], result: { isRunning: false, url: null, health: null, todo: expect.any(Array) } },
    { parameters: ["doctor"], result: { findings: expect.any(Array) } },
    { parameters: ["stats"], result: { streams: expect.any(Number), bytes: expect.any(Number) } },
    { parameters: ["replay"], result: { projections: expect.any(Array), seconds: expect.any(Number) } },
    { parameters: ["replay", "--verify"], result: { differences: [] } },
    {
      parameters: ["verify", "--only", "chain", "--only", "projections"],
      result: {
        chain: {
          events: expect.any(Number),
          head: { position: expect.any(Number), hash: expect.any(String) },
          faults: [],
        },
        projections: { events: expect.any(Number), differences: [], faults: [] },
      },
    },
    { parameters: ["sweep"], result: { trashed: 0, besideServer: false } },
    { parameters: ["keys", "create", "--owner", "ann"], result: { owner: "ann", key: expect.stringMatching(/^rlg_/) } },
    { parameters: ["completion", "bash"], result: { shell: "bash", script: expect.stringContaining("_reelog") } },
  ])("$parameters", async ({ parameters, result }) => {
    await using history = await historyOnDisk();
    const { status, out } = await reelog(history.dataDir, ...parameters, "--json");
    expect({ status, results: jsonLines(out) }).toEqual({ status: 0, results: [expect.objectContaining(result)] });
  });

  test("keys list and keys revoke", async () => {
    const dataDir = await temporaryDirectory();
    await keys(dataDir, "create", "--owner", "ann", "--label", "studio");
    const listed = jsonLines((await keys(dataDir, "list", "--json")).out);
    expect(listed).toEqual([
      {
        id: expect.any(String),
        owner: "ann",
        scope: "write",
        status: "valid",
        issuedAt: expect.any(String),
        expiresAt: null,
        label: "studio",
      },
    ]);
    const id = String(listed[0]?.id);
    expect(jsonLines((await keys(dataDir, "revoke", id, "--json")).out)).toEqual([{ id, status: "revoked" }]);
    await rm(dataDir, { recursive: true, force: true });
  });

  test("verify: faults are in the object, and the status is 1", async () => {
    await using history = await historyOnDisk();
    const { status, out, err } = await reelog(
      history.dataDir,
      "verify",
      "--only",
      "chain",
      "--json",
      "--anchor",
      `1:${"0".repeat(64)}`,
    );
    expect([status, err.includes("Cannot confirm chain")]).toEqual([1, true]);
    expect(jsonLines(out)).toMatchObject([{ chain: { faults: [expect.stringContaining("anchor")] } }]);
  });
});

describe("a narrow terminal", () => {
  test.each([
    { parameters: ["streams"], hasCuts: false },
    { parameters: ["keys", "list"], hasCuts: false },
    { parameters: ["stats"], hasCuts: false },
    { parameters: ["events"], hasCuts: true },
  ])("$parameters: no line is wider than it, and only data is cut", async ({ parameters, hasCuts }) => {
    await using history = await historyOnDisk();
    await keys(history.dataDir, "create", "--owner", "ann");
    const { status, written } = await onNarrowTerminal(72, history.dataDir, ...parameters);
    const lines = Bun.stripANSI(written).split(/\r?\n|\r/);
    expect(status).toBe(0);
    expect(lines.filter((line) => Bun.stringWidth(line) > 72 && !/[█░]/.test(line))).toEqual([]);
    expect(lines.some((line) => line.includes("…"))).toBe(hasCuts);
  });
});

describe("reelog status", () => {
  test("a running server: is ready, at its URL", async () => {
    const dataDir = await temporaryDirectory();
    await using server = await spawnServer({ DATA_DIR: dataDir });
    const env = { DATA_DIR: dataDir, PORT: new URL(server.url).port };
    const asText = await inTerminal([process.execPath, MAIN, "status"], { env });
    expect(asText.lines).toContain(`Server   running: ${server.url} is ready`);
    expect(asText.status).toBe(0);
    await rm(dataDir, { recursive: true, force: true });
  });
});

describe("reelog doctor", () => {
  test("a DATA_DIR that is a file: is a fault, with exit status 1", async () => {
    const { status, out, err } = await reelog("/etc/hostname", "doctor");
    expect(status).toBe(1);
    expect(out).toMatch(/^fault +DATA_DIR +\/etc\/hostname cannot be written to/m);
    expect(err).toStartWith("Cannot run a server here: 1 of the findings");
  });
});

describe("completion", () => {
  /** The typed keys, with a Tab, and the command that the shell then runs. */
  const TYPED = [
    { typed: "reelog veri\t", run: "verify" },
    { typed: "reelog keys cr\t", run: "keys create" },
    { typed: "reelog keys create --sco\twr\t", run: "keys create --scope write" },
    { typed: "reelog streams --lim\t5", run: "streams --limit 5" },
  ];

  const shells = [
    { shell: "bash", options: ["--norc", "-i"], setup: "" },
    {
      shell: "zsh",
      options: ["-f", "-i"],
      setup: "autoload -Uz compinit; compinit -u; zstyle ':completion:*' insert-tab false; ",
    },
  ].map((row) => ({ ...row, path: installed(row.shell) }));
  const fish = installed("fish");

  for (const { shell, options, setup, path } of shells)
    test.skipIf(path === undefined)(`${shell}: completes commands, options and values`, async () => {
      const directory = await temporaryDirectory();
      const script = join(directory, "completion");
      await Bun.write(script, (await reelog(directory, "completion", shell)).out);
      const begin = `${setup}reelog() { echo "ran:[$*]"; }; source ${script}; echo be"gun"\r`;
      const keys = [
        { after: "ready> ", type: begin },
        ...TYPED.map(({ typed }, index) => ({ after: index === 0 ? "begun" : "ran:[", type: `${typed}\r` })),
        { after: "ran:[", type: "exit\r" },
      ];
      const { lines } = await inTerminal([path ?? shell, ...options], {
        env: { PS1: "ready> ", HOME: directory },
        keys,
      });
      expect(lines.filter((line) => line.startsWith("ran:"))).toEqual(TYPED.map(({ run }) => `ran:[${run}]`));
      await rm(directory, { recursive: true, force: true });
    });

  test.skipIf(fish === undefined)("fish: completes commands, options and values", async () => {
    const directory = await temporaryDirectory();
    const script = join(directory, "reelog.fish");
    await Bun.write(script, (await reelog(directory, "completion", "fish")).out);
    const asked = ["reelog veri", "reelog keys cr", "reelog keys create --scope wr", "reelog streams --lim"];
    const source = [`source ${script}`, ...asked.map((text) => `complete -C '${text}'`)].join("; ");
    const child = Bun.spawn([fish ?? "fish", "--no-config", "-c", source], {
      env: { PATH: process.env.PATH ?? "", HOME: directory },
      stdout: "pipe",
      stderr: "pipe",
    });
    const words = (await new Response(child.stdout).text()).split("\n").map((line) => line.split("\t")[0]);
    expect(words).toEqual(["verify", "create", "write", "--limit", ""]);
    expect(await new Response(child.stderr).text()).toBe("");
    await rm(directory, { recursive: true, force: true });
  });

  test("a shell that has none: is refused", async () => {
    expect((await reelog("/nonexistent", "completion", "tcsh")).status).toBe(2);
  });
});
