import type { Measured } from "./measure.ts";

const HEAD = ["what", "against", "measured", "goal", "floor", "", "note"];

/** The results as a table for a terminal. */
export function tableOf(results: readonly Measured[]): string {
  const rows = [HEAD, ...results.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "─".repeat(width)).join("  "));
  return lines.join("\n");
}

function cells({ benchmark, figure, reachesGoal, holdsFloor, note }: Measured): string[] {
  const { what, against, goal, floor } = benchmark;
  const { unit, better } = benchmark.figure;
  const bound = (value: number) => `${better === "more" ? "≥" : "≤"} ${value}${unit}`;
  const verdict = reachesGoal ? "goal" : holdsFloor ? "floor" : "BELOW";
  return [what, against, `${figure.toFixed(2)}${unit}`, bound(goal), bound(floor), verdict, note];
}
