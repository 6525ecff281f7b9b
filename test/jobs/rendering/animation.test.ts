import { expect, test } from "bun:test";
import { difference, watch } from "../../media/animatic/screening.ts";
import { importAsset, startServerAndOrigin } from "../../support/imports.ts";
import { act, readyJob, waitForStatus } from "../../support/jobs.ts";
import { temporaryDirectory } from "../../support/test_server.ts";

test("a job with animated images: its video plays GIF, WebP and PNG", async () => {
  await using both = await startServerAndOrigin();
  const { server, origin } = both;
  const { api } = server;
  const directory = await temporaryDirectory();
  for (const file of ["animated.gif", "animated.webp", "animated.png"]) {
    const { id: assetId } = await importAsset(api, origin, { url: `${origin.url}/${file}` });
    const creative = { videoSpecs: { duration: 3, resolution: "480p" } };
    const ready = await readyJob(api, { assets: [{ assetId }], creative });
    await act(api, ready, { action: "approve" });
    const done = await waitForStatus(api, ready, "completed", "failed");
    expect({ file, status: done.status, warnings: done.warnings }).toEqual({ file, status: "completed", warnings: [] });
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
