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
  expect(transitionOf("Cross-Fade")).toBe("dissolve");
  expect(transitionOf("fade to black")).toBe("fade");
  expect(transitionOf("???")).toBe("cut");
});
