import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fixture } from "../support/origin.ts";
import { startBoth } from "../support/sources.ts";
import { temporaryDirectory } from "../support/test_server.ts";
import { tour as edenTour } from "./eden_client/client.ts";

const EDEN = join(import.meta.dir, "eden_client");
const GENERATED = join(import.meta.dir, "generated_client");
const BUN = process.execPath;
const TSC = Bun.resolveSync("typescript/package.json", import.meta.dir).replace(/package\.json$/, "bin/tsc");
const GENERATOR = join(dirname(Bun.resolveSync("openapi-typescript/package.json", import.meta.dir)), "bin/cli.js");

/** What a client of either kind must be able to do, and what the server must refuse it. */
const REFUSALS = ["source_error", "source_not_allowed", "precondition_failed"];

let both: Awaited<ReturnType<typeof startBoth>>;
let file: File;
let directory: string;
beforeAll(async () => {
  both = await startBoth();
  file = new File([await fixture("photo.jpg")], "lantern.jpg");
  directory = await temporaryDirectory();
}, 60_000);
afterAll(async () => {
  await both[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** Runs a command to its end; the exit status with all that it said. */
async function run(...command: string[]): Promise<{ exitCode: number; said: string }> {
  const child = Bun.spawn([BUN, ...command], { cwd: import.meta.dir, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, said: out + err };
}

describe("the client of the app's own type", () => {
  test("compiles in strict mode, and finds every mistake", async () => {
    expect(await run(TSC, "-p", EDEN)).toEqual({ exitCode: 0, said: "" });
  }, 120_000);

  test("goes from the first request to the video", async () => {
    const outcome = await edenTour(both.server.url, { source: `${both.origin.url}/photo.png`, file });
    expect(outcome.refusals).toEqual(REFUSALS);
    expect(outcome.sceneCount).toBeGreaterThanOrEqual(3);
    const video = await both.server.get(outcome.videoUrl);
    expect(video.headers.get("content-type")).toBe("video/mp4");
  }, 120_000);
});

describe("a client that is generated from the document", () => {
  test("compiles in strict mode, finds every mistake, and goes from the first request to the video", async () => {
    const types = join(directory, "reelog-api.d.ts");
    const preload = join(GENERATED, "typescript_5.ts");
    const generated = await run("--preload", preload, GENERATOR, `${both.server.url}/docs/json`, "-o", types);
    expect(generated).toMatchObject({ exitCode: 0 });

    const project = join(directory, "tsconfig.json");
    const { compilerOptions } = await import("./eden_client/tsconfig.json");
    const paths = { "reelog-api": [types] };
    const files = ["client.ts", "mistakes.ts"].map((name) => join(GENERATED, name));
    await Bun.write(project, JSON.stringify({ compilerOptions: { ...compilerOptions, types: [], paths }, files }));
    expect(await run(TSC, "-p", project)).toEqual({ exitCode: 0, said: "" });

    // Not known to this project's own compiler, because its types are made above.
    const { tour }: { tour: typeof edenTour } = await import(join(GENERATED, "client.ts"));
    const outcome = await tour(both.server.url, { source: `${both.origin.url}/photo.png`, file });
    expect(outcome.refusals).toEqual(REFUSALS);
    const video = await both.server.get(outcome.videoUrl);
    expect(video.headers.get("content-type")).toBe("video/mp4");
  }, 180_000);
});
