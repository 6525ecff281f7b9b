import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { masksInMasks } from "../media/bombs.ts";
import { lastingData, typesOf } from "../server/lasting_data.ts";
import { readAsset } from "../support/answer.ts";
import { form } from "../support/imports.ts";
import { act, jobNow, readyJob } from "../support/jobs.ts";
import { type ServerProcess, spawnServer } from "../support/server_process.ts";
import { type Api, eventsIn, until } from "../support/test_server.ts";
import { filmOfBlack } from "./heavy_files.ts";
import { costOf, MEDIA, PATIENT, RENDER, strike } from "./struck_children.ts";
import { unpictured } from "./unpictured.ts";

setDefaultTimeout(400_000);

/** Some work that a child process does, each time with a content of its own. */
interface Work {
  /** A word of the child's command line. */
  readonly child: string;
  /** Prepares it, and returns how it is done. */
  prepare(server: ServerProcess): Promise<() => Promise<void>>;
}

/** Uploads a file, and waits until it is ready with its thumbnail. */
async function uploaded(api: Api, file: File): Promise<void> {
  const sent = await api("POST", "/assets", form(file), { prefer: "respond-async" });
  await pictured(api, readAsset(sent).id);
}

async function pictured(api: Api, id: string): Promise<void> {
  const asset = async () => readAsset(await api("GET", `/assets/${id}`));
  await until(async () => (await asset()).status !== "pending", PATIENT);
  const { status, thumbnailUrl } = await asset();
  expect([status, thumbnailUrl]).toEqual(["ready", expect.any(String)]);
}

const WORKS: Readonly<Record<string, Work>> = {
  "an inspection": {
    child: MEDIA,
    async prepare({ api }) {
      const drawing = `${masksInMasks(1)}<!-- ${crypto.randomUUID()} -->`;
      return () => uploaded(api, new File([drawing], "a.svg"));
    },
  },
  "a thumbnail": {
    child: MEDIA,
    async prepare({ api }) {
      // Its facts cost next to nothing, and the search for a picture in it costs seconds.
      const film = await filmOfBlack();
      return () => uploaded(api, new File([film], "a.mp4"));
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
  "a render": {
    child: RENDER,
    async prepare({ api }) {
      const job = await readyJob(api);
      return async () => {
        await act(api, job, { action: "approve", headers: { prefer: "respond-async" } });
        await until(
          async () => !["storyboard_ready", "video_processing"].includes((await jobNow(api, job)).status),
          PATIENT,
        );
        const { status, warnings } = await jobNow(api, job);
        expect([status, warnings]).toEqual(["completed", []]);
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
    const [first, second] = [await work.prepare(server), await work.prepare(server)];
    const cost = await costOf(server, work.child, first);
    const kills = await strike(server, { child: work.child, times: KILLS, afterMs: 0.5 * cost }, second);
    expect(kills).toBeGreaterThan(0);
    expect(eventsIn(place.dataDir).filter(({ type }) => /Failed$|Omitted$/.test(type))).toEqual([]);
  });

  test("in the middle of a late thumbnail, of an asset that became ready without one, costs nothing but time", async () => {
    await using place = await lastingData();
    const film = await filmOfBlack();
    let cost = 0;
    {
      await using server = await spawnServer(place.env);
      cost = await costOf(server, MEDIA, () => uploaded(server.api, new File([film], "a.mp4")));
    }
    const id = await unpictured(place.dataDir);
    await using server = await spawnServer(place.env);
    const asset = async () => readAsset(await server.api("GET", `/assets/${id}`));
    const kills = await strike(server, { child: MEDIA, times: KILLS, afterMs: 0.5 * cost }, () =>
      until(async () => (await asset()).thumbnailUrl !== null, PATIENT),
    );
    expect(kills).toBeGreaterThan(0);
    expect((await asset()).status).toBe("ready");
    expect(typesOf(place.dataDir, id)).toEqual(["AssetRequested", "BlobStored", "AssetInspected", "ThumbnailStored"]);
  });
});
