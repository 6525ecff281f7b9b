import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { frameSize } from "../../../src/media/animatic/layout.ts";
import { roomFor, slots } from "../../../src/media/animatic/sequence.ts";
import { closingFrames } from "../../../src/media/animatic/text/closing_card.ts";
import { timeline, totalFrames } from "../../../src/media/animatic/timeline.ts";
import { TRANSITIONS } from "../../../src/media/animatic/transition.ts";
import { calmed, cameraMove, closestZoom, viewAt } from "../../../src/media/animatic/visuals/camera.ts";
import { contrast, paletteOf, parseColor, type Rgb } from "../../../src/media/animatic/visuals/palette.ts";
import { fitOf, wholeBox } from "../../../src/media/animatic/visuals/picture.ts";
import { storyboard } from "./footage.ts";

const tenths = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 12 });
const word = fc.constantFrom(...TRANSITIONS);

describe("the timeline", () => {
  test("is within half a frame of the storyboard at every cut, for any durations", () => {
    fc.assert(
      fc.property(tenths, (durations) => {
        const scenes = timeline(storyboard(durations.map((durationTenths) => ({ durationTenths }))).scenes);
        let sum = 0;
        for (const { start, frames, scene } of scenes) {
          expect(Math.abs(start - sum * 2.4)).toBeLessThanOrEqual(0.5);
          expect(frames).toBeGreaterThanOrEqual(2);
          sum += scene.durationTenths;
        }
        expect(Math.abs(totalFrames(scenes) - sum * 2.4)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  test("leaves every scene at least half of its frames outside its transitions", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ durationTenths: fc.integer({ min: 1, max: 60 }), transition: word }), { minLength: 1 }),
        (scenes) => {
          for (const { frames, enter, leave } of timeline(storyboard(scenes).scenes)) {
            expect(enter.frames + leave.frames).toBeLessThanOrEqual(frames / 2);
          }
        },
      ),
    );
  });

  test("opens from black where the first scene is to dissolve from nothing", () => {
    const [first] = timeline(storyboard([{ durationTenths: 40, transition: "dissolve" }]).scenes);
    expect(first?.enter.kind).toBe("fade");
  });

  test("gives the closing card less than half of the last scene", () => {
    for (const frames of [2, 12, 72, 240, 1440]) expect(closingFrames(frames, 24)).toBeLessThan(frames / 2);
    expect(closingFrames(1440, 24)).toBe(72);
  });

  test("shares a scene among its visuals without a gap", () => {
    for (const count of [1, 2, 5]) {
      const parts = slots(150, count);
      expect(parts[0]?.start).toBe(0);
      parts.forEach((part, i) => {
        expect(part.start + part.frames).toBeGreaterThanOrEqual(parts[i + 1]?.start ?? 150);
      });
    }
    expect([2, 30, 60, 240].map(roomFor)).toEqual([1, 1, 2, 9]);
  });
});

describe("the camera", () => {
  const shots = ["wide", "medium", "close_up", "product", "tracking", "aerial", "tilt", "static", "who knows", ""];

  test("never looks past the edge of its plate", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...shots),
        fc.double({ min: 0.05, max: 60, noNaN: true }),
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.boolean(),
        (shot, seconds, moment, mirrored) => {
          const { x, y, zoom } = viewAt(cameraMove(shot, { seconds, mirrored }), moment);
          const half = 0.5 / zoom;
          for (const centre of [x, y]) {
            expect(centre - half).toBeGreaterThanOrEqual(-1e-9);
            expect(centre + half).toBeLessThanOrEqual(1 + 1e-9);
          }
        },
      ),
    );
  });

  test("opens a wide shot, presses into a close one, and travels when it tracks", () => {
    const zooms = (shot: string) => {
      const { from, to } = cameraMove(shot, { seconds: 5 });
      return to.zoom - from.zoom;
    };
    expect(zooms("Wide establishing shot")).toBeLessThan(0);
    expect(zooms("close-up")).toBeGreaterThan(0);
    expect(zooms("medium")).toBeGreaterThan(0);
    const track = cameraMove("tracking", { seconds: 5 });
    expect(track.to.x - track.from.x).toBeGreaterThan(0.1);
    const back = cameraMove("tracking", { seconds: 5, mirrored: true });
    expect(back.to.x - back.from.x).toBeLessThan(-0.1);
    expect(cameraMove("static", { seconds: 5 })).toMatchObject({ from: { zoom: 1 }, to: { zoom: 1 } });
  });

  test("moves half as much where it is calmed, and still sees nothing past the edge", () => {
    for (const shot of ["close_up", "tracking", "aerial", "tilt", "wide", "static"]) {
      const move = cameraMove(shot, { seconds: 4 });
      const calm = calmed(move);
      expect(closestZoom(calm) - 1).toBeCloseTo((closestZoom(move) - 1) / 2);
      for (const moment of [0, 0.5, 1]) {
        const { x, y, zoom } = viewAt(calm, moment);
        expect(Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) + 0.5 / zoom).toBeLessThanOrEqual(0.500001);
      }
    }
  });

  test("moves less in a short scene", () => {
    const way = (seconds: number) => {
      const { from, to } = cameraMove("tracking", { seconds });
      return to.x - from.x;
    };
    expect(way(1)).toBeLessThan(way(4) / 2);
  });
});

describe("the picture", () => {
  const frame = { width: 1280, height: 720 };

  test("fills the frame where little is lost, and is shown whole where much would be", () => {
    expect(fitOf({ width: 1600, height: 1067 }, frame)).toBe("cover");
    expect(fitOf({ width: 1000, height: 1000 }, frame)).toBe("cover");
    expect(fitOf({ width: 900, height: 1400 }, frame)).toBe("framed");
    expect(fitOf({ width: 64, height: 36 }, frame)).toBe("framed");
  });

  test("stays inside the frame when it is whole, and is never a speck", () => {
    for (const picture of [
      { width: 1, height: 1 },
      { width: 5000, height: 10 },
      { width: 64, height: 36 },
    ]) {
      const box = wholeBox(picture, frame);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(Math.max(box.width / frame.width, box.height / frame.height)).toBeGreaterThanOrEqual(0.39);
    }
  });

  test.each([
    { width: 320, height: 176 },
    { width: 320, height: 180 },
    { width: 400, height: 240 },
    { width: 300, height: 300 },
    { width: 160, height: 90 },
    { width: 210, height: 120 },
  ])("has no thin rim around it: %o", (picture) => {
    for (const size of [
      { width: 854, height: 480 },
      { width: 1280, height: 720 },
      { width: 480, height: 854 },
    ]) {
      if (fitOf(picture, size) === "cover") continue;
      const box = wholeBox(picture, size);
      for (const rim of [box.x / size.width, box.y / size.height]) {
        expect(rim > 0.002 && rim <= 0.08).toBe(false);
      }
    }
  });

  test("has even sides in every format, the shorter one named by the resolution", () => {
    for (const format of ["16:9", "9:16", "1:1"] as const) {
      for (const [resolution, short] of [
        ["480p", 480],
        ["720p", 720],
        ["1080p", 1080],
      ] as const) {
        const { width, height } = frameSize(format, resolution);
        expect(Math.min(width, height)).toBe(short);
        expect([width % 2, height % 2]).toEqual([0, 0]);
      }
    }
  });
});

describe("the palette", () => {
  const hueOf = ([r, g, b]: Rgb): number => {
    return (Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b) * 180) / Math.PI;
  };

  test.each([
    ["yellow", "#ffd400"],
    ["lemon", "#fff44f"],
    ["orange", "#ff9900"],
    ["lime", "#a4de02"],
    ["sky", "#66ccff"],
    ["pink", "#ff99cc"],
    ["white", "#ffffff"],
    ["cream", "#fff8e7"],
  ])("keeps a bright colour bright, and its hue: %s", (_, color) => {
    const { brand, ground, deep } = paletteOf({ colors: [color] });
    for (const used of [ground, deep]) {
      expect(Math.max(...used)).toBeGreaterThanOrEqual(Math.max(...brand));
      expect(Math.min(...used)).toBeGreaterThanOrEqual(Math.min(...brand));
      // A colour that is nearly grey has no hue to keep.
      const isGrey = Math.max(...brand) - Math.min(...brand) <= 24;
      expect(isGrey ? 0 : Math.abs(hueOf(used) - hueOf(brand))).toBeLessThan(4);
    }
  });

  test("keeps text readable on every card, whatever the brand's colours are", () => {
    const channel = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(channel, channel, channel, (r, g, b) => {
        const { ground, deep, ink, accent, dark, spark } = paletteOf({ colors: [`rgb(${r}, ${g}, ${b})`] });
        expect(contrast(ground, ink)).toBeGreaterThanOrEqual(7);
        expect(contrast(deep, ink)).toBeGreaterThanOrEqual(7);
        expect(contrast(dark, [255, 255, 255])).toBeGreaterThanOrEqual(7);
        expect(contrast(dark, spark)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(ground, accent)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  test.each([
    ["#f50", [255, 85, 0]],
    ["Signal orange (#FF5A1F)", [255, 90, 31]],
    ["navy", [0, 0, 128]],
    ["our blue", null],
    ["transparent", null],
    ["", null],
  ])("reads %j as a colour", (text, color) => {
    expect<unknown>(parseColor(text)).toEqual(color);
  });

  test("differs by tone where there are no colours", () => {
    expect(paletteOf({ tone: "playful" })).not.toEqual(paletteOf({ tone: "premium" }));
    expect(paletteOf({ tone: "nonsense" })).toEqual(paletteOf(undefined));
  });
});
