import { expect, test } from "bun:test";
import { difference, watch } from "../../media/animatic/screening.ts";
import { act, jobOf, readyJob } from "../../support/jobs.ts";
import { imported, startBoth } from "../../support/sources.ts";
import { temporaryDirectory } from "../../support/test_server.ts";

test("a job with animated images: its video plays GIF and WebP, and says of a PNG that it stands still", async () => {
  await using both = await startBoth();
  const { server, origin } = both;
  const { api } = server;
  const directory = await temporaryDirectory();
  for (const [file, warning] of [
    ["animated.gif", null],
    ["animated.webp", null],
    ["animated.png", "An animation (png) stands still: animated PNG is not played, GIF and WebP are"],
  ] as const) {
    const { id: assetId } = await imported(api, origin, { url: `${origin.url}/${file}` });
    const creative = { videoSpecs: { duration: 3, resolution: "480p" } };
    const ready = await readyJob(api, { assets: [{ assetId }], creative });
    const done = jobOf(await act(api, ready, { action: "approve", headers: { prefer: "wait=60" } }));
    const messages = new Set(done.warnings.map(({ message }) => message));
    expect({ file, status: done.status, messages: [...messages] }).toEqual({
      file,
      status: "completed",
      messages: warning ? [warning] : [],
    });
    if (warning) continue;
    const path = `${directory}/${file}.mp4`;
    await Bun.write(path, await (await server.get(`/api/v3/jobs/${done.id}/video`)).bytes());
    const film = await watch(path);
    const first = await film.frame(1);
    const changes = [];
    for (let frame = 4; frame < 24; frame += 3) {
      changes.push(difference(first, await film.frame(frame), { top: 0.2, bottom: 0.5 }));
    }
    film.close();
    expect(Math.max(...changes)).toBeGreaterThan(5);
  }
}, 300_000);
