import { expect, test } from "bun:test";
import type { Brief } from "../../src/storyboard/mod.ts";
import { createTemplatePlanner } from "../../src/storyboard/mod.ts";
import { cpuOf, MAX_STALL_MS } from "../support/cpu.ts";
import { HOSTILE_TEXTS } from "../support/hostile_texts.ts";
import { brief, image } from "./briefs.ts";

const planner = createTemplatePlanner();
const { signal } = new AbortController();

/** The largest brief that the API admits, every field of it the same text. */
function largest(text: (length: number) => string, numbered = false): Brief {
  const each = (length: number, index: number) =>
    (numbered ? `${index} ${text(length)}` : text(length)).slice(0, length);
  const list = (count: number, length: number) => Array.from({ length: count }, (_, index) => each(length, index));
  return {
    ...brief(),
    adBasics: { product: text(5_000), targetAudience: text(5_000), keyMessage: text(5_000), callToAction: text(5_000) },
    direction: { style: text(1_000), tone: text(1_000), visualElements: list(50, 500), musicStyle: text(500) },
    duration: 180,
    bounds: { min: 1, max: 60 },
    brand: {
      restrictions: list(100, 2_000),
      colors: list(100, 50),
      fonts: list(100, 2_000),
      tone: list(100, 2_000),
      examples: list(100, 2_000),
    },
    assets: list(50, 300).map((name, index) => image(`asset-${index}`, { name, role: text(200), tags: list(50, 100) })),
    feedback: list(100, 5_000),
    revision: 3,
  };
}

test.each(Object.entries(HOSTILE_TEXTS))(
  "planning: a brief full of %s holds the event loop for no longer than others may wait",
  async (_name, text) => {
    for (const numbered of [false, true]) {
      const given = largest(text, numbered);
      expect(cpuOf(() => void planner.plan(given, { signal }))).toBeLessThan(MAX_STALL_MS);
      const { scenes } = await planner.plan(given, { signal });
      const again = { ...given, previous: scenes };
      expect(cpuOf(() => void planner.plan(again, { signal }))).toBeLessThan(MAX_STALL_MS);
      const request = { scenes, index: scenes.length - 1, feedback: text(5_000), revision: 2 };
      expect(cpuOf(() => void planner.regenerateScene(again, request, { signal }))).toBeLessThan(MAX_STALL_MS);
    }
  },
);
