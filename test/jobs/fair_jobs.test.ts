import { describe, expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { modelAnswer, modelScene, PROTOCOLS } from "../storyboard/provider.ts";
import { newClient } from "../support/clients.ts";
import { act, type JobChanges, jobBody, readJob, readyJob, waitForStatus } from "../support/jobs.ts";
import { type MadeKey, newKey } from "../support/keys.ts";
import { startModelSetting, turnstile } from "../support/model_server.ts";
import { type Api, eventsIn, startTestServer, type TestServer, until } from "../support/test_server.ts";

/** An owner of a key, with a client. */
interface Person {
  readonly api: Api;
  readonly clientId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Ann, who wants much, and Bob, who wants one thing. */
async function annAndBob({ api, config }: TestServer): Promise<{ ann: Person; bob: Person }> {
  const anns = await newKey(config.dataDir, "ann");
  const bobs = await newKey(config.dataDir, "bob");
  const by = ({ headers }: MadeKey): Api => {
    return (method, path, body, more) => api(method, path, body, { ...headers, ...more });
  };
  const [ann, bob] = [by(anns), by(bobs)];
  // Issued beside the running server, which learns of the last one last.
  await until(async () => (await api("GET", "/jobs")).status === 401);
  await until(async () => (await bob("GET", "/jobs")).status === 200);
  return {
    ann: { api: ann, clientId: await newClient(ann), headers: anns.headers },
    bob: { api: bob, clientId: await newClient(bob), headers: bobs.headers },
  };
}

async function startJob({ api, clientId }: Person) {
  return readJob(await api("POST", "/jobs", jobBody({ clientId })));
}

/** A job that is ready to be approved: a video of so many seconds. */
async function approvable({ api, clientId }: Person, duration: number) {
  const creative: JobChanges["creative"] = { videoSpecs: { duration, resolution: "480p" } };
  return await readyJob(api, { clientId, creative });
}

/** The jobs that events of a type are of, in the order of the log. */
function jobsWith({ config }: TestServer, wanted: string): string[] {
  return eventsIn(config.dataDir)
    .filter(({ type }) => type === wanted)
    .map(({ stream }) => stream.replace("job-", ""));
}

/** The most calls to a model at once. */
const CALLS_AT_ONCE = 4;

describe("one owner with many jobs does not hold up another's one", () => {
  test("when storyboards are planned", async () => {
    const model = turnstile("openai");
    await using setting = await startModelSetting("openai", model.reply);
    const { server } = setting;
    const { ann, bob } = await annAndBob(server);
    const anns: string[] = [];
    while (anns.length < 9) {
      anns.push((await startJob(ann)).id);
      await until(() => model.waiting() === Math.min(anns.length, CALLS_AT_ONCE));
    }
    const bobs = (await startJob(bob)).id;
    for (let done = 1; done <= 10; done++) {
      await until(() => model.waiting() === Math.min(CALLS_AT_ONCE, 11 - done));
      model.letThrough();
      await until(() => jobsWith(server, "ScenesGenerated").length === done);
    }
    // Whatever was under way comes first, then Bob's, and then the rest.
    expect(jobsWith(server, "ScenesGenerated")).toEqual(anns.toSpliced(CALLS_AT_ONCE, 0, bobs));
  });

  test("when scenes are regenerated", async () => {
    const model = turnstile("openai", JSON.stringify({ scenes: [modelScene({ script: "Better." })] }));
    const planned = PROTOCOLS.openai.answer(modelAnswer(3));
    await using setting = await startModelSetting("openai", planned, planned, planned, planned, model.reply);
    const { server } = setting;
    const { ann, bob } = await annAndBob(server);
    const ready = [await readyJob(ann.api, ann), await readyJob(ann.api, ann), await readyJob(ann.api, ann)];
    const { id: bobs } = await readyJob(bob.api, bob);
    const regenerate = async ({ api }: Person, jobId: string, scene: number) => {
      const path = `/jobs/${jobId}/scenes/${scene}/regenerate`;
      expect((await api("POST", path, {}, { prefer: "respond-async" })).status).toBe(202);
    };
    const anns = ready.flatMap(({ id }) => [1, 2, 3].map((scene) => ({ id, scene })));
    for (const [at, { id, scene }] of anns.entries()) {
      await regenerate(ann, id, scene);
      await until(() => model.waiting() === Math.min(at + 1, CALLS_AT_ONCE));
    }
    await regenerate(bob, bobs, 1);
    for (let done = 1; done <= 10; done++) {
      await until(() => model.waiting() === Math.min(CALLS_AT_ONCE, 11 - done));
      model.letThrough();
      await until(() => jobsWith(server, "SceneRegenerated").length === done);
    }
    const inTurn = anns.map(({ id }) => id).toSpliced(CALLS_AT_ONCE, 0, bobs);
    expect(jobsWith(server, "SceneRegenerated")).toEqual(inTurn);
  });

  test("when videos are rendered: the next that can begin is the other's", async () => {
    await using server = await startTestServer({}, { hasOwnProcesses: true });
    const { ann, bob } = await annAndBob(server);
    const long = [];
    for (let count = 0; count < availableParallelism(); count++) long.push(await approvable(ann, 120));
    const short = [await approvable(ann, 3), await approvable(ann, 3), await approvable(ann, 3)];
    const bobs = await approvable(bob, 3);
    const approve = (api: Api, job: { id: string }) => act(api, job, { action: "approve" });
    for (const job of long) await approve(ann.api, job);
    const begun = () => jobsWith(server, "RenderStarted");
    await until(() => begun().length === long.length);
    for (const job of short) await approve(ann.api, job);
    await approve(bob.api, bobs);
    expect(begun()).toHaveLength(long.length);
    const [first, ...others] = long;
    if (first) await act(ann.api, first, { action: "cancel" });
    expect((await waitForStatus(bob.api, bobs, "completed", "failed")).status).toBe("completed");
    await until(() => begun().length > long.length + 1);
    expect(begun().slice(long.length, long.length + 2)).toEqual([bobs.id, short[0]?.id ?? ""]);
    for (const job of others) await act(ann.api, job, { action: "cancel" });
    for (const job of short) await waitForStatus(ann.api, job, "completed");
  });

  test("when storyboards are drawn on sheets", async () => {
    await using server = await startTestServer({}, { hasOwnProcesses: true });
    const { ann, bob } = await annAndBob(server);
    const drawn: string[] = [];
    const draw = async (person: Person, jobId: string) => {
      const sheet = await server.get(`/api/v3/jobs/${jobId}/storyboard.png`, { headers: person.headers });
      expect([sheet.status, (await sheet.bytes()).length > 0]).toEqual([200, true]);
      drawn.push(jobId);
    };
    // A sheet is drawn once and kept, so each of them is another job's.
    const anns = [];
    for (let count = 0; count < 8; count++) anns.push(await approvable(ann, 3));
    const { id: bobs } = await approvable(bob, 3);
    const many = anns.map(({ id }) => draw(ann, id));
    await Promise.race(many);
    await Promise.all([draw(bob, bobs), ...many]);
    // The one that was being drawn when Bob asked, and perhaps one whose answer was on its way.
    expect(drawn.indexOf(bobs)).toBeLessThan(4);
  });
});
