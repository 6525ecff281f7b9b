import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { masksInMasks } from "../media/bombs.ts";
import { lastingData } from "../server/lasting_data.ts";
import { readAsset } from "../support/answer.ts";
import { childrenNamed, cpuMsOf } from "../support/child_processes.ts";
import { form } from "../support/imports.ts";
import { readyJob } from "../support/jobs.ts";
import { type ServerProcess, spawnServer } from "../support/server_process.ts";
import { eventsIn, until } from "../support/test_server.ts";

setDefaultTimeout(400_000);
/** Children work at a low priority. */
const PATIENT = { waitMs: 380_000 };

const MEDIA = "media/process.ts";
const RENDER = "render_process.ts";

/** Some work that a child process does, each time with a content of its own. */
interface Work {
  /** A word of the child's command line. */
  readonly child: string;
  /** Prepares it, and returns how it is done. */
  prepare(server: ServerProcess): Promise<() => Promise<void>>;
}

const WORKS: Readonly<Record<string, Work>> = {
  "an import with its thumbnail": {
    child: MEDIA,
    async prepare({ api }) {
      const drawing = `${masksInMasks(1)}<!-- ${crypto.randomUUID()} -->`;
      return async () => {
        const sent = await api("POST", "/assets", form(new File([drawing], "a.svg")), { prefer: "respond-async" });
        const asset = async () => readAsset(await api("GET", `/assets/${readAsset(sent).id}`));
        await until(async () => (await asset()).status !== "pending", PATIENT);
        const { status, thumbnailUrl } = await asset();
        expect([status, thumbnailUrl]).toEqual(["ready", expect.any(String)]);
      };
    },
  },
  "a storyboard sheet": {
    child: RENDER,
    async prepare({ api, url }) {
      const { id } = await readyJob(api);
      return async () => {
        const statuses = new Set<number>();
        await until(async () => {
          const sheet = await fetch(`${url}/api/v3/jobs/${id}/storyboard.png`);
          await sheet.arrayBuffer();
          statuses.add(sheet.status);
          return sheet.ok;
        }, PATIENT);
        expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
      };
    },
  },
};

const KILLS = 2;

describe("a child process that is killed", () => {
  test.each(Object.keys(WORKS))("in the middle of %s costs nothing but time", async (name) => {
    const work = WORKS[name];
    if (!work) throw new Error(name);
    await using place = await lastingData();
    await using server = await spawnServer(place.env);
    const children = () => childrenNamed(server.pid, work.child);
    const [first, second] = [await work.prepare(server), await work.prepare(server)];
    for (const idle of children()) process.kill(idle, "SIGKILL");
    await until(() => children().length === 0);
    let most = 0;
    await during(first(), () => {
      most = Math.max(most, ...children().map(cpuMsOf));
    });
    for (const idle of children()) process.kill(idle, "SIGKILL");
    await until(() => children().length === 0);

    let kills = 0;
    await during(second(), () => {
      for (const child of children()) {
        if (kills === KILLS || cpuMsOf(child) < 0.5 * most) continue;
        process.kill(child, "SIGKILL");
        kills++;
      }
    });
    expect(kills).toBeGreaterThan(0);
    expect(eventsIn(place.dataDir).filter(({ type }) => /Failed$/.test(type))).toEqual([]);
  });
});

/** Looks again and again until some work is done. */
async function during(work: Promise<unknown>, look: () => void): Promise<void> {
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  await Promise.all([
    done,
    until(() => {
      if (!isOver) look();
      return isOver;
    }, PATIENT),
  ]);
}
