import { expect, test } from "bun:test";
import { AUDIENCES, LANGUAGES, STYLES, THEMES, TONES } from "../../../src/storyboard/template/phrases/mod.ts";

test("phrase tables: every audience fits themes that exist", () => {
  const names = new Set(THEMES.map(({ name }) => name));
  expect(AUDIENCES.flatMap(({ fits }) => fits).filter((name) => !names.has(name))).toEqual([]);
});

test("phrase tables: no name and no line stands twice in a table", () => {
  for (const table of [THEMES, TONES, AUDIENCES]) {
    const names = table.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
  }
  const lines = THEMES.flatMap(({ hooks, tensions, turns, uses }) => [...hooks, ...tensions, ...turns, ...uses]);
  expect(lines.filter((line, index) => lines.indexOf(line) < index)).toEqual([]);
});

test("phrase tables: the sentence that brings in the product names it", () => {
  const reveals = [...TONES, ...LANGUAGES].flatMap(({ reveals }) => reveals);
  expect(reveals.filter((line) => !line.includes("{product}"))).toEqual([]);
});

test("phrase tables: the patterns were compiled and match what they are for", () => {
  expect(STYLES.find(({ words }) => words.test("cinematic"))?.picture).toContain("anamorphic");
  expect(TONES.find(({ words }) => words.test("playful"))?.name).toBe("playful");
});
