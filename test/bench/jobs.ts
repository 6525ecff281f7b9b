import { Type } from "@sinclair/typebox";
import { openDatabase } from "../../src/database/mod.ts";
import { databasePath, type NewEvent } from "../../src/event_log/mod.ts";
import { readEvents } from "../../src/event_log/sqlite/read_events.ts";
import { jobStream } from "../../src/jobs/events.ts";
import { type Benchmark, speed, timed } from "./benchmark.ts";
import { briefOf } from "./brief.ts";
import { startLoad } from "./load/load.ts";
import { startFolderOrigin } from "./origin.ts";
import { startReelog } from "./reelog.ts";
import { catalogue, METADATA, temporaryDirectory, temporaryStore } from "./stores.ts";

const Identified = Type.Object({ id: Type.String() });
const Planned = Type.Object({ id: Type.String(), status: Type.Literal("storyboard_ready") });
const JOBS = 100;
const CONNECTIONS = 4;

/** From a brief with assets that are there already to its storyboard, while the client waits. */
export const jobsBenchmark: Benchmark = {
  what: "POST /jobs (template, 3 cached assets, wait)",
  against: "appends of the same events, with their projections",
  figure: speed,
  goal: 0.4,
  floor: 0.25,
  rounds: 5,
  async open() {
    await using stack = new AsyncDisposableStack();
    const origin = stack.use(await startFolderOrigin());
    const directory = stack.use(temporaryDirectory());
    const reelog = stack.use(await startReelog({ ALLOWED_ASSET_DOMAINS: origin.grant }, directory.path));
    const load = stack.use(startLoad());
    const client = await reelog.call(Identified, "POST", "/clients", { name: "Aurora" });
    const assets: { assetId: string }[] = [];
    for (const file of ["photo.jpg", "photo.png", "h264_aac.mp4"]) {
      await origin.putFixture(file, file);
      const body = { name: file, type: file.endsWith("mp4") ? "video" : "image", url: `${origin.url}/${file}` };
      assets.push({ assetId: (await reelog.call(Identified, "POST", "/assets/from-url", body)).id });
    }
    const body = briefOf(client.id, { duration: 30, assets });
    const headers = { prefer: "wait=30" };
    const { id } = await reelog.call(Planned, "POST", "/jobs", body, headers);
    const history = eventsOf(directory.path, id);
    const plain = stack.use(await temporaryStore());
    const open = stack.move();
    return {
      async ours() {
        const options = { method: "POST", headers, body, connections: CONNECTIONS };
        return (await load.run(`${reelog.url}/api/v3/jobs`, JOBS, options)).milliseconds;
      },
      theirs: () =>
        timed(async () => {
          for (let count = 0; count < JOBS; count++) {
            const stream = jobStream(Bun.randomUUIDv7());
            for (const [index, event] of history.entries()) {
              await plain.log.append({ stream, expected: index, events: [renewed(event)] }, METADATA);
            }
          }
        }),
      note: (ours, theirs) =>
        `${perSecond(ours)} jobs/s against ${perSecond(theirs)}, each of ${history.length} events on the disk`,
      [Symbol.asyncDispose]: () => open.disposeAsync(),
    };
  },
};

/** The events of a job, read beside the server that runs. */
function eventsOf(dataDir: string, id: string): readonly NewEvent[] {
  const db = openDatabase(databasePath(dataDir), { readonly: true });
  try {
    return readEvents(db, catalogue, { after: 0, limit: 1000, streams: [jobStream(id)] });
  } finally {
    db.close();
  }
}

/** The same event for another job: no scene is in two. */
function renewed({ type, schemaVersion, data }: NewEvent): NewEvent {
  const text = JSON.stringify(data).replace(/"sceneId":"[^"]+"/g, () => `"sceneId":"${Bun.randomUUIDv7()}"`);
  return { type, schemaVersion, data: JSON.parse(text) };
}

function perSecond(milliseconds: number): number {
  return Math.round((JOBS / milliseconds) * 1000);
}
