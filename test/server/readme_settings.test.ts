import { expect, test } from "bun:test";
import { join } from "node:path";
import { SETTINGS } from "../../src/config.ts";

/** The rows of the markdown table whose first heading is this one, cell by cell. */
function tableOf(markdown: string, heading: string): string[][] {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) => line.split("|")[1]?.trim() === heading);
  if (start < 0) return [];
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  const cells = (line: string) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
  return lines.slice(start + 2, end < 0 ? undefined : end).map(cells);
}

test("the README's table of settings is the one that the server reads", async () => {
  const readme = await Bun.file(join(import.meta.dir, "../../README.md")).text();
  const expected = Object.values(SETTINGS).map(({ variable, fallback, meaning }) => {
    return [`\`${variable}\``, fallback ? `\`${fallback}\`` : "none", meaning];
  });
  expect(tableOf(readme, "Variable")).toEqual(expected);
});
