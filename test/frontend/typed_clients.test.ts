import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startServerAndOrigin } from "../support/imports.ts";
import { fixture } from "../support/origin.ts";
import { temporaryDirectory } from "../support/test_server.ts";
import { tour as edenTour } from "./eden_client/client.ts";
import { compile, compileProject, generateTypes } from "./tools.ts";

const EDEN = join(import.meta.dir, "eden_client");
const GENERATED = join(import.meta.dir, "generated_client");

/** The requests that a client of either kind must be able to make, and those that the server must refuse. */
const REFUSALS = ["source_error", "source_not_allowed", "precondition_failed"];

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let file: File;
let directory: string;
beforeAll(async () => {
  both = await startServerAndOrigin();
  file = new File([await fixture("photo.jpg")], "lantern.jpg");
  directory = await temporaryDirectory();
});
afterAll(async () => {
  await both[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

describe("the client of the app's own type", () => {
  test("compiles in strict mode, and finds every mistake", async () => {
    expect(await compileProject(EDEN)).toEqual({ exitCode: 0, said: "" });
  });

  test("goes from the first request to the video", async () => {
    const outcome = await edenTour(both.server.url, { source: `${both.origin.url}/photo.png`, file });
    expect(outcome.refusals).toEqual(REFUSALS);
    expect(outcome.sceneCount).toBeGreaterThanOrEqual(3);
    const video = await both.server.get(outcome.videoUrl);
    expect(video.headers.get("content-type")).toBe("video/mp4");
  });
});

describe("a client that is generated from the document", () => {
  test("compiles in strict mode, finds every mistake, and goes from the first request to the video", async () => {
    await generateTypes(both.server.url, join(directory, "reelog-api.d.ts"));
    const files = ["client.ts", "mistakes.ts"].map((name) => join(GENERATED, name));
    expect(await compile(directory, files)).toEqual({ exitCode: 0, said: "" });

    // Not known to this project's own compiler, because its types are made above.
    const { tour }: { tour: typeof edenTour } = await import(join(GENERATED, "client.ts"));
    const outcome = await tour(both.server.url, { source: `${both.origin.url}/photo.png`, file });
    expect(outcome.refusals).toEqual(REFUSALS);
    const video = await both.server.get(outcome.videoUrl);
    expect(video.headers.get("content-type")).toBe("video/mp4");
  }, 300_000);
});
