import { Type } from "@sinclair/typebox";
import { briefOf } from "./brief.ts";
import { latencyBenchmark, memoryBenchmark, type Work } from "./busy.ts";
import type { FolderOrigin } from "./origin.ts";

const JOBS = 50;
const ASSETS_EACH = 5;
const Planned = Type.Object({ id: Type.String(), status: Type.Literal("storyboard_ready") });

const work: Work = {
  what: `${JOBS} jobs with ${ASSETS_EACH} assets each at once`,
  async prepare({ call }, origin) {
    const { id } = await call(Type.Object({ id: Type.String() }), "POST", "/clients", { name: "Aurora" });
    let round = 0;
    return async () => {
      round++;
      const briefs = await Promise.all(
        Array.from({ length: JOBS }, async (_, job) => {
          const names = Array.from({ length: ASSETS_EACH }, (_, asset) => `${round}_${job}_${asset}.jpg`);
          for (const name of names) await putPhoto(origin, name);
          return briefOf(id, { duration: 30, assets: names.map((name) => ({ url: `${origin.url}/${name}`, name })) });
        }),
      );
      await Promise.all(briefs.map((brief) => call(Planned, "POST", "/jobs", brief, { prefer: "wait=60" })));
    };
  },
};

/** The cost of fifty briefs at once for the server and for concurrent requests. */
export const manyJobsBenchmarks = [
  memoryBenchmark(work, { goal: 128, floor: 192 }),
  latencyBenchmark(work, { goal: 5, floor: 10 }),
];

/** Puts a photo like no other at the origin: its name is a comment in it (ITU-T T.81, B.2.4.5). */
async function putPhoto(origin: FolderOrigin, name: string): Promise<void> {
  const photo = await Bun.file(origin.fixture("photo.jpg")).bytes();
  const comment = new TextEncoder().encode(name);
  const marker = [0xff, 0xfe, 0, comment.byteLength + 2];
  await origin.put(name, Buffer.concat([photo.subarray(0, 2), Uint8Array.from(marker), comment, photo.subarray(2)]));
}
