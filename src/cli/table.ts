import type { Output } from "./context.ts";

/** A table before it is laid out. */
export type Rows = readonly (readonly (string | number)[])[];

/**
 * Formats rows for an output: as aligned columns, or one field a line where a terminal is too narrow for them. Nothing
 * is cut, so that ids can be copied.
 */
export function tableLines(head: readonly string[], rows: Rows, { isTTY, columns }: Output): string[] {
  const lines = alignedLines(head, rows);
  const isTooWide = isTTY && columns !== undefined && lines.some((text) => Bun.stringWidth(text) > columns);
  return isTooWide ? fieldLines(head, rows) : lines;
}

/** Formats each row as a block of `NAME  value` lines. */
function fieldLines(head: readonly string[], rows: Rows): string[] {
  const width = Math.max(...head.map((name) => Bun.stringWidth(name)));
  return rows.flatMap((row, index) => [
    ...(index === 0 ? [] : [""]),
    ...row.map((cell, column) => `${(head[column] ?? "").padEnd(width)}  ${cell}`.trimEnd()),
  ]);
}

/** Formats rows as aligned columns; numbers are right-aligned. */
function alignedLines(head: readonly string[], rows: Rows): string[] {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => Bun.stringWidth(row[column] ?? ""))));
  const isNumeric = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"));
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const space = " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell));
        return isNumeric[column] ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** Formats a number of bytes, e.g. `1.4 MiB`. */
export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Formats an age: `3 s`, `5 min`, `2 h`, `4 d`. A negative age, after the clock was set back, is `0 s`. */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
