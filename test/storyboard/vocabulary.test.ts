import { expect, test } from "bun:test";
import { SHOT_TYPES, shotTypeOf, TRANSITIONS, transitionOf } from "../../src/storyboard/mod.ts";

test("any spelling of a shot is folded to one that a renderer knows", () => {
  for (const shot of SHOT_TYPES) expect(shotTypeOf(shot)).toBe(shot);
  expect(shotTypeOf("Close-Up")).toBe("close_up");
  expect(shotTypeOf("aerial drone shot")).toBe("wide");
  expect(shotTypeOf("hero shot of the can")).toBe("product");
  expect(shotTypeOf("")).toBe("medium");
  expect(shotTypeOf("日本")).toBe("medium");
});

test("any spelling of a transition is folded to one that a renderer knows", () => {
  for (const transition of TRANSITIONS) expect(transitionOf(transition)).toBe(transition);
  for (const text of ["Cross-Fade", "Cross dissolve", "dissolving"]) expect(transitionOf(text)).toBe("dissolve");
  for (const text of ["fade to black", "fade_in", "dip to black"]) expect(transitionOf(text)).toBe("fade");
  for (const text of ["wipe", "slide", "whip pan", "???", ""]) expect(transitionOf(text)).toBe("cut");
});
