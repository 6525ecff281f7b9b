import { describe, expect, test } from "bun:test";
import { hasBrowser, launchBrowser } from "../../support/browser.ts";
import { image, paint, renderOne, soundtrackOf, storyboard, tone, workRoom } from "./footage.ts";

describe.skipIf(!hasBrowser)("a real browser", () => {
  test("plays the video to its end, in the colours that were drawn", async () => {
    const room = await workRoom();
    const orange = await paint(room.path("in.png"), "rgb(255, 120, 0)");
    const assets = [image(orange)];
    const bed = await tone(room.path("bed.wav"), { seconds: 1 });
    const soundtrack = await soundtrackOf(bed, { seconds: 2, room: room.path });
    const spec = storyboard(
      [
        { durationTenths: 12, assets },
        { durationTenths: 8, transition: "dissolve" },
      ],
      { resolution: "720p", soundtrack },
    );
    await renderOne(spec, room.path("out.mp4"));
    using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: ({ url }) =>
        url.endsWith(".mp4")
          ? new Response(Bun.file(room.path("out.mp4")))
          : new Response("<!doctype html><video muted src=/out.mp4></video>", {
              headers: { "content-type": "text/html" },
            }),
    });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(server.url.href);
      const seen = await page.evaluate(async () => {
        const video = document.querySelector("video");
        if (!video) throw new Error("no video");
        const until = (name: string) => new Promise((done) => video.addEventListener(name, done, { once: true }));
        const failed = until("error").then(() => Promise.reject(new Error(video.error?.message)));
        // A seek has ended before its frame is on the screen, and until then a canvas gets nothing of it.
        const shown = new Promise<void>((done) => {
          video.requestVideoFrameCallback(function look(_now, { mediaTime }) {
            if (Math.abs(mediaTime - 0.5) < 0.05) done();
            else video.requestVideoFrameCallback(look);
          });
        });
        video.currentTime = 0.5;
        await Promise.race([shown, failed]);
        const canvas = document.createElement("canvas");
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        const context = canvas.getContext("2d");
        context?.drawImage(video, 0, 0);
        const color = [...(context?.getImageData(canvas.width / 2, canvas.height * 0.4, 1, 1).data ?? [])];
        video.currentTime = 0;
        const end = until("ended");
        await video.play();
        await Promise.race([end, failed]);
        return {
          ...{ color, width: video.videoWidth, height: video.videoHeight },
          ...{ duration: video.duration, time: video.currentTime },
        };
      });
      expect(seen).toMatchObject({ width: 1280, height: 720 });
      expect(Math.abs(seen.duration - 2)).toBeLessThanOrEqual(1 / 24);
      expect(Math.abs(seen.time - 2)).toBeLessThanOrEqual(1 / 24);
      const [r = 0, g = 0, b = 0] = seen.color;
      expect(Math.max(Math.abs(r - 255), Math.abs(g - 120), Math.abs(b - 0))).toBeLessThanOrEqual(8);
    } finally {
      await browser.close();
      await room.clear();
    }
  });
});
