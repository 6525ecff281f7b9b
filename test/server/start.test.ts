import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig, SETTINGS } from "../../src/config.ts";
import { startServer } from "../../src/server/server.ts";
import { newKey } from "../support/keys.ts";
import { failedStart, spawnServer } from "../support/server_process.ts";
import { temporaryDirectory } from "../support/test_server.ts";

/** Wrong values of every variable, and a word of what is said about each. */
const WRONG: [variable: string, value: string, says: RegExp][] = [
  ["HOST", "0.0.0.0", /loopback/],
  ["HOST", "::", /loopback/],
  ["HOST", "192.168.1.5", /loopback/],
  ["HOST", "example.com", /loopback/],
  ["PORT", "http", /whole number/],
  ["PORT", "65536", /65535/],
  ["PORT", "-1", /whole number/],
  ["PORT", "80.5", /whole number/],
  ["DATA_DIR", "/etc/hostname", /directory/],
  ["DATA_DIR", "/proc/nothing/here", /directory/],
  ["PUBLIC_URL", "ads.example", /http/],
  ["PUBLIC_URL", "ftp://ads.example", /http/],
  ["PUBLIC_URL", "https://me:secret@ads.example", /user/],
  ["ALLOWED_ORIGINS", "app.example", /origin/],
  ["ALLOWED_ORIGINS", "https://a.example, https://b.example/path", /b\.example\/path/],
  ["ALLOWED_ORIGINS", "*", /origin/],
  ["TRUSTED_PROXIES", "nginx", /network/],
  ["ALLOWED_ASSET_DOMAINS", "http://cdn.example", /grant/],
  ["ALLOWED_ASSET_DOMAINS", "cdn.example:99999", /port/],
  ["MAX_ASSET_DOWNLOAD_SIZE_MB", "0", /above 0/],
  ["MAX_ASSET_DOWNLOAD_SIZE_MB", "ten", /number/],
  ["MAX_ASSET_DOWNLOAD_SIZE_MB", "1e9", /number/],
  ["ASSET_DOWNLOAD_TIMEOUT_SECONDS", "-5", /above 0/],
  ["ASSET_DOWNLOAD_TIMEOUT_SECONDS", "Infinity", /number/],
  ["ASSET_DOWNLOAD_CONCURRENCY", "0", /from 1/],
  ["ASSET_DOWNLOAD_CONCURRENCY", "8x", /whole number/],
  ["BLOB_STORAGE_TYPE", "s3", /fs, sqlite/],
  ["AI_PROVIDER", "gpt", /template, openai, anthropic/],
  ["AI_PROVIDER", "openai", /AI_API_KEY/],
  ["AI_BASE_URL", "localhost", /http/],
  ["SPEECH_PROVIDER", "polly", /flite, openai, elevenlabs, command/],
  ["SPEECH_PROVIDER", "elevenlabs", /SPEECH_API_KEY/],
  ["SPEECH_BASE_URL", "https://me:secret@voice.example", /user/],
  ["SPEECH_VOICE", "nobody", /slt, rms/],
  ["SCENES_PER_VIDEO_MIN", "0", /whole number/],
  ["SCENES_PER_VIDEO_MAX", "2", /SCENES_PER_VIDEO_MIN/],
  ["LOG_LEVEL", "verbose", /trace, debug, info/],
];

/** Those of them that are tried with a process. */
const ENDS = [
  "HOST=0.0.0.0",
  "PORT=http",
  "DATA_DIR=/proc/nothing/here",
  "PUBLIC_URL=https://me:secret@ads.example",
  "AI_PROVIDER=openai",
  "SCENES_PER_VIDEO_MAX=2",
];

describe("a start", () => {
  test.each(WRONG)("with %s=%s is refused in one sentence that names it", async (variable, value, says) => {
    const dataDir = await temporaryDirectory();
    const env = { PORT: "0", LOG_LEVEL: "silent", DATA_DIR: join(dataDir, "data"), [variable]: value };
    const refused: unknown = await Promise.try(() => startServer(loadConfig(env))).catch((error: unknown) => error);
    const said = refused instanceof Error ? refused.message : "it started";
    expect(said).toStartWith("Cannot start: ");
    expect(said).toContain(variable);
    expect(said).toMatch(says);
    expect(said).not.toMatch(/\n|^\s+at |\.ts:|secret@/m);
    await rm(dataDir, { recursive: true, force: true });
  });

  // One for each place that refuses: a single value, several together, the address, the directory.
  test.each(WRONG.filter(([variable, value]) => ENDS.includes(`${variable}=${value}`)))(
    "with %s=%s ends at once with that sentence alone",
    async (variable, value, says) => {
      const dataDir = await temporaryDirectory();
      const { exitCode, stdout, stderr } = await failedStart({ DATA_DIR: join(dataDir, "data"), [variable]: value });
      expect(exitCode).toBe(1);
      expect(stderr).toStartWith("Cannot start: ");
      expect(stderr).toContain(variable);
      expect(stderr).toMatch(says);
      expect(stderr.trim().split("\n").length).toBe(1);
      expect(stdout).toBe("");
      expect(stderr).not.toMatch(/^\s+at |\.ts:|secret@/m);
      await rm(dataDir, { recursive: true, force: true });
    },
  );

  test("takes an empty variable as absent", async () => {
    const dataDir = await temporaryDirectory();
    const empty = Object.fromEntries(Object.values(SETTINGS).map(({ variable }) => [variable, ""]));
    await using server = await spawnServer({ ...empty, PORT: "0", DATA_DIR: ` ${dataDir} ` });
    expect((await server.api("GET", "/assets")).status).toBe(200);
    await rm(dataDir, { recursive: true, force: true });
  });

  test("names variables that look like settings and are none", async () => {
    const dataDir = await temporaryDirectory();
    const env = { REELOG_PORT: "1", ALLOWED_ORIGIN: "x", REELOG_THEME: "x", POST: "1", DATA_DUR: "x", AI_GATEWAY: "x" };
    await using server = await spawnServer({ ...env, DATA_DIR: dataDir });
    const named = server.logs.map((line) => JSON.parse(line)).filter(({ variable }) => variable !== undefined);
    expect(named.map(({ level, msg }) => `${level}: ${msg}`).sort()).toEqual([
      "warn: the environment variable ALLOWED_ORIGIN is not a setting; did you mean ALLOWED_ORIGINS?",
      "warn: the environment variable DATA_DUR is not a setting; did you mean DATA_DIR?",
      "warn: the environment variable REELOG_PORT is not a setting; did you mean PORT?",
      "warn: the environment variable REELOG_THEME is not a setting; the README lists all settings",
    ]);
    await rm(dataDir, { recursive: true, force: true });
  });

  test("takes ~ in DATA_DIR as the home directory", async () => {
    const home = await temporaryDirectory();
    await using server = await spawnServer({ HOME: home, DATA_DIR: "~/ads" });
    expect((await server.api("GET", "/assets")).status).toBe(200);
    expect(existsSync(join(home, "ads/reelog.db"))).toBe(true);
    await rm(home, { recursive: true, force: true });
  });

  test("on an address of another machine says so", async () => {
    const dataDir = await temporaryDirectory();
    await newKey(dataDir, "ann");
    const { exitCode, stderr } = await failedStart({ DATA_DIR: dataDir, HOST: "203.0.113.5" });
    expect(stderr).toBe(
      "Cannot start: HOST 203.0.113.5 is not an address of this machine; use one of its own, or 0.0.0.0\n",
    );
    expect(exitCode).toBe(1);
    await rm(dataDir, { recursive: true, force: true });
  });

  test("on a data directory or a port that another server uses says so, and does the other no harm", async () => {
    const dataDir = await temporaryDirectory();
    const otherDir = await temporaryDirectory();
    await using server = await spawnServer({ DATA_DIR: dataDir });
    const sameDir = await failedStart({ DATA_DIR: dataDir });
    expect(sameDir).toMatchObject({ exitCode: 1, stderr: `Cannot start: another Reelog server uses ${dataDir}\n` });
    const samePort = await failedStart({ DATA_DIR: otherDir, PORT: new URL(server.url).port });
    expect(samePort.exitCode).toBe(1);
    expect(samePort.stderr).toMatch(
      /^Cannot start: PORT \d+ on HOST 127\.0\.0\.1 is in use; stop what uses it, or choose another: PORT=\d+\n$/,
    );
    expect((await server.api("GET", "/assets")).status).toBe(200);
    for (const directory of [dataDir, otherDir]) await rm(directory, { recursive: true, force: true });
  });

  test("on an empty directory logs its confinement and its address, and warns of nothing but root", async () => {
    const dataDir = await temporaryDirectory();
    await using server = await spawnServer({ DATA_DIR: join(dataDir, "made", "here") });
    const lines = server.logs.map((line) => JSON.parse(line));
    const isRoot = process.getuid?.() === 0;
    const confined = lines[0]?.sandbox === "files" ? ["info"] : ["warn"];
    expect(lines.map(({ level }) => level)).toEqual([...confined, ...(isRoot ? ["warn"] : []), "info"]);
    expect(lines.at(-1)).toMatchObject({ url: server.url, mode: "open" });
    await rm(dataDir, { recursive: true, force: true });
  });

  test.each(["localhost", "::1", "127.0.0.2"])("listens on the loopback address %s", async (host) => {
    const dataDir = await temporaryDirectory();
    await using server = await spawnServer({ DATA_DIR: dataDir, HOST: host });
    expect((await server.api("GET", "/assets")).status).toBe(200);
    await rm(dataDir, { recursive: true, force: true });
  });
});
