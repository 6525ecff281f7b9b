import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../../src/core/errors.ts";
import { renderContactSheet } from "../../../src/media/animatic/render_contact_sheet.ts";
import { TRANSITIONS } from "../../../src/media/mod.ts";
import { film, image, paint, renderOne, soundtrackOf, storyboard, tone, video, workRoom } from "./footage.ts";
import { colorDistance, watch } from "./screening.ts";

let room: Awaited<ReturnType<typeof workRoom>>;
beforeEach(async () => {
  room = await workRoom();
});
afterEach(() => room.clear());

const written = (content: string) => async (path: string) => {
  await Bun.write(path, content);
  return path;
};

describe("an asset that cannot be used", () => {
  test.each([
    ["is missing", async (path: string) => path],
    ["is empty", written("")],
    ["is text", written("<html>not a picture</html>")],
    [
      "is cut short",
      async (path: string) => {
        const whole = await Bun.file(await paint(`${path}.png`, "teal")).bytes();
        await Bun.write(path, whole.subarray(0, whole.length / 2));
        return path;
      },
    ],
  ])("gives the scene its card and a warning when the image %s", async (_, spoil) => {
    const path = await spoil(room.path("bad"));
    const spec = storyboard([{ durationTenths: 4, assets: [image(path)] }, { durationTenths: 2 }]);
    const result = await renderOne(spec, room.path("out.mp4"));
    expect(result.frames).toBe(14);
    expect(result.warnings).toHaveLength(1);
    expect(result.warnings[0]?.sceneNumber).toBe(1);
    expect(result.warnings[0]?.message).toMatch(/^An image \(png\) cannot be shown: /);
    expect(result.warnings[0]?.message).not.toContain(room.path(""));
  });

  test("gives the scene its card when the video is no video, or of an unknown container", async () => {
    await Bun.write(room.path("a.avi"), "RIFF\u0000\u0000\u0000\u0000AVI LIST");
    const whole = await Bun.file(await film(room.path("whole.mp4"), ["red"], 24)).bytes();
    await Bun.write(room.path("cut.mp4"), whole.subarray(0, 300));
    const spec = storyboard([
      { durationTenths: 3, assets: [video(room.path("a.avi"), "avi")] },
      { durationTenths: 3, assets: [video(room.path("cut.mp4"))] },
    ]);
    const { warnings } = await renderOne(spec, room.path("out.mp4"));
    expect(warnings.map(({ sceneNumber }) => sceneNumber)).toEqual([1, 2]);
    expect(warnings[0]?.message).toMatch(/^A video \(avi\) cannot be shown: /);
  });

  test("leaves the other assets of the scene to be shown", async () => {
    const blue = await paint(room.path("blue.png"), "rgb(30, 60, 200)");
    const assets = [image(room.path("missing.png")), image(blue)];
    const { warnings } = await renderOne(
      storyboard([{ durationTenths: 24, assets }, { durationTenths: 2 }]),
      room.path("out.mp4"),
    );
    expect(warnings).toHaveLength(1);
    const seen = await watch(room.path("out.mp4"));
    expect(colorDistance((await seen.frame(15)).colorAt(0.5, 0.4), [30, 60, 200])).toBeLessThan(12);
    seen.close();
  });

  test("keeps playing what a damaged video still has", async () => {
    const whole = await Bun.file(await film(room.path("whole.mp4"), ["red", "lime", "blue", "white"], 8)).bytes();
    // The index stands first, so a film that lost its end still opens.
    await Bun.write(room.path("cut.mp4"), whole.subarray(0, whole.length - Math.floor(whole.length / 10)));
    const spec = storyboard([{ durationTenths: 16, assets: [video(room.path("cut.mp4"))] }, { durationTenths: 2 }]);
    expect((await renderOne(spec, room.path("out.mp4"))).frames).toBe(43);
  });

  test.each([
    ["0 bytes", written("")],
    ["a header and no sound", (path: string) => tone(path, { seconds: 0 })],
    ["text", written("la la la")],
    ["a sample rate that no recording has", (path: string) => tone(path, { seconds: 0.2, rate: 500 })],
  ])("makes a silent video with a warning when the sound is %s", async (_, spoil) => {
    const path = await spoil(room.path("bed.wav"));
    const { warnings, ...soundtrack } = await soundtrackOf(path, { seconds: 0.6, room: room.path });
    await renderOne(storyboard([{ durationTenths: 6 }], { soundtrack }), room.path("out.mp4"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.sceneNumber).toBeNull();
    expect(warnings[0]?.message).toStartWith("The music cannot be used, so the video has no music: ");
    const seen = await watch(room.path("out.mp4"));
    expect(await seen.loudness(0, 1)).toBeLessThan(0.001);
    seen.close();
  });
});

describe("a sound that is damaged in the middle", () => {
  test.each(["vorbis.ogg", "opus.ogg", "tone.mp3", "tone.aac", "tone.m4a"])(
    "never ends the render: %s",
    async (name) => {
      const whole = await Bun.file(join(import.meta.dir, "../../fixtures/media", name)).bytes();
      const hurt = whole.slice();
      for (let i = Math.floor(hurt.length / 2); i < hurt.length; i += 7) hurt[i] = (hurt[i] ?? 0) ^ 0x5a;
      for (const [as, bytes] of [["cut", whole.subarray(0, whole.length / 2)] as const, ["hurt", hurt] as const]) {
        await Bun.write(room.path(as), bytes);
        const soundtrack = await soundtrackOf(room.path(as), { seconds: 43 / 24, room: room.path });
        const spec = storyboard([{ durationTenths: 18 }], { format: "1:1", soundtrack });
        expect((await renderOne(spec, room.path("out.mp4"))).frames).toBe(43);
      }
    },
  );
});

describe("a storyboard at its limits", () => {
  test("cuts a script of 10,000 characters with an ellipsis and says so", async () => {
    const script = "All work and no play makes a dull ad. ".repeat(270).slice(0, 10_000);
    const { warnings } = await renderOne(storyboard([{ durationTenths: 6, script }]), room.path("out.mp4"));
    expect(warnings.map(({ message }) => message)).toEqual([
      "The script is longer than its scene can show, so the caption ends with an ellipsis",
    ]);
  });

  test("names the scripts that no font has, and the package that would have one", async () => {
    const { warnings } = await renderOne(
      storyboard([{ durationTenths: 6, script: "தமிழ் and ᏣᎳᎩ 🎉 日本語" }]),
      room.path("out.mp4"),
    );
    expect(warnings.map(({ message }) => message)).toEqual([
      "The script has characters that no font of the video covers (Tamil, other characters); they are left out. The server can show them with the packages @fontsource-variable/noto-sans-tamil",
    ]);
  });

  test("names what it lost of the call to action, the product and a card's description", async () => {
    const spec = storyboard([{ durationTenths: 20, description: "ᏣᎳᎩ rises" }], {
      callToAction: "ᐃᓄᒃ aurora.example/jp で注文 → Order now",
      product: "Aurora ꓡꓲꓢꓴ",
    });
    const { warnings } = await renderOne(spec, room.path("out.mp4"));
    const lost = (what: string) =>
      `The ${what} has characters that no font of the video covers (other characters); they are left out`;
    expect(warnings).toEqual([
      { sceneNumber: null, message: lost("call to action") },
      { sceneNumber: null, message: lost("product") },
      { sceneNumber: 1, message: lost("description") },
    ]);
  });

  test("gives scenes of a tenth of a second their two or three frames", async () => {
    const tiny = Array.from({ length: 10 }, (_, i) => ({
      durationTenths: 1,
      transition: TRANSITIONS[i % TRANSITIONS.length] ?? "cut",
      script: "Quick",
    }));
    const result = await renderOne(storyboard(tiny), room.path("out.mp4"));
    expect(result.frames).toBe(24);
    const seen = await watch(room.path("out.mp4"));
    expect(seen).toMatchObject({ frames: 24, steady: true });
    seen.close();
  });

  test("refuses a storyboard without scenes", async () => {
    await expect(renderOne(storyboard([]), room.path("out.mp4"))).rejects.toThrow("Cannot render the video");
    expect(readdirSync(room.path(""))).toEqual([]);
  });

  test("keeps every field in the frame when all of them are absurdly long", async () => {
    const long = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(200);
    const spec = storyboard([{ durationTenths: 10, script: long, description: long, shotType: long }], {
      callToAction: long,
      product: long,
      brand: { colors: [long, "#12"], tone: long },
    });
    expect((await renderOne(spec, room.path("out.mp4"))).frames).toBe(24);
    expect((await renderContactSheet(spec, room.path("sheet.png"))).width).toBe(1680);
  });
});

describe("a disk that is full", () => {
  test("ends the render with a sentence and leaves no file", async () => {
    symlinkSync("/dev/full", room.path("out.mp4.part"));
    const rendered = renderOne(storyboard([{ durationTenths: 30 }]), room.path("out.mp4"));
    await expect(rendered).rejects.toBeInstanceOf(AppError);
    await expect(rendered).rejects.toMatchObject({
      code: "unavailable",
      message: "Cannot write the video: the disk is full",
    });
    await rendered.catch(() => {});
    expect(readdirSync(room.path(""))).toEqual([]);
  });

  test("ends the contact sheet the same way", async () => {
    symlinkSync("/dev/full", room.path("sheet.png.part"));
    const drawn = renderContactSheet(storyboard([{ durationTenths: 30 }]), room.path("sheet.png"));
    await expect(drawn).rejects.toMatchObject({
      code: "unavailable",
      message: "Cannot write the contact sheet: the disk is full",
    });
    await drawn.catch(() => {});
    expect(readdirSync(room.path(""))).toEqual([]);
  });

  test("is told apart from a folder that is not there", async () => {
    const rendered = renderOne(storyboard([{ durationTenths: 10 }]), room.path("nowhere/out.mp4"));
    await expect(rendered).rejects.toMatchObject({
      code: "unavailable",
      message: "Cannot write the video: the disk refuses it (ENOENT)",
    });
    await rendered.catch(() => {});
  });
});

describe("a render that is cancelled", () => {
  test.each([
    ["before it starts", 0],
    ["while it reads the first scene", 0.001],
    ["in the first scene", 0.1],
    ["in the middle", 0.5],
    ["near its end", 0.95],
  ])("%s rejects with the reason and leaves no file", async (_, at) => {
    const picture = await paint(room.path("in.png"), "teal");
    const stop = new AbortController();
    const reason = new Error("nobody wants it any more");
    if (at === 0) stop.abort(reason);
    const scene = { durationTenths: 10, transition: "dissolve" as const, assets: [image(picture)] };
    const rendered = renderOne(storyboard([scene, scene]), room.path("out.mp4"), {
      signal: stop.signal,
      onProgress(fraction) {
        if (at > 0.01 && fraction >= at) stop.abort(reason);
      },
    });
    if (at === 0.001) setTimeout(() => stop.abort(reason), 1);
    expect(await rendered.catch((error: unknown) => error)).toBe(reason);
    expect(existsSync(room.path("out.mp4"))).toBe(false);
    expect(existsSync(room.path("out.mp4.part"))).toBe(false);
  });
});
