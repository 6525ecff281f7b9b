import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { type Benchmark, cost, timed } from "./benchmark.ts";
import { LARGE_VIDEO_BYTES, putLargeVideos, videoBody } from "./large_videos.ts";
import { startFolderOrigin } from "./origin.ts";
import { startReelog } from "./reelog.ts";

const Imported = Type.Object({
  id: Type.String(),
  status: Type.Literal("ready"),
  size: Type.Literal(LARGE_VIDEO_BYTES),
  width: Type.Integer(),
  sha256: Type.String(),
});

/** From the request to the answer: fetched, hashed, flushed to the disk, inspected, with a thumbnail. */
export const importBenchmark: Benchmark = {
  what: "import of a 90 MB video by URL",
  against: "curl -o and sha256sum of the same",
  figure: cost,
  goal: 2,
  floor: 3,
  rounds: 5,
  async open() {
    await using stack = new AsyncDisposableStack();
    const origin = stack.use(await startFolderOrigin());
    const reelog = stack.use(await startReelog({ ALLOWED_ASSET_DOMAINS: origin.grant }));
    const [url = ""] = await putLargeVideos(origin, 1);
    const copy = join(origin.folder, "copy.mp4");
    let sha256 = "";
    const open = stack.move();
    return {
      async ours() {
        let id = "";
        const milliseconds = await timed(async () => {
          ({ id, sha256 } = await reelog.call(Imported, "POST", "/assets/from-url", videoBody(url)));
        });
        await reelog.api("DELETE", `/assets/${id}`);
        return milliseconds;
      },
      async theirs() {
        let said = "";
        const milliseconds = await timed(async () => {
          await Bun.$`curl --silent --fail --output ${copy} ${url}`.quiet();
          said = await Bun.$`sha256sum ${copy}`.text();
        });
        await rm(copy);
        if (!said.startsWith(sha256)) throw new Error("Cannot compare: the contents differ");
        return milliseconds;
      },
      [Symbol.asyncDispose]: () => open.disposeAsync(),
    };
  },
};
