import { Presets, SingleBar } from "cli-progress";
import { line, type Output } from "./context.ts";

/** Reports how much of an operation is done. */
export type ProgressUpdate = (done: number, total: number) => void;

/** Title and unit of an operation, and the stream that shows its progress. */
export interface ProgressOptions {
  readonly title: string;
  readonly output: Output;
  /** The plural of what is counted ("events"). */
  readonly unit?: string;
}

/**
 * Shows the progress of an operation while it runs: on a terminal a bar, which disappears at the end, elsewhere a line
 * for every tenth. Results are printed from what it returns: the bar erases lines that are printed beside it.
 */
export async function withProgress<Result>(
  { title, output, unit = "events" }: ProgressOptions,
  operation: (update: ProgressUpdate) => Result | Promise<Result>,
): Promise<Result> {
  if (!output.isTTY) return await operation(lines(title, output, unit));
  const bar = new SingleBar(
    {
      format: `${title} {bar} {percentage}% · {value} of {total} ${unit} · {eta_formatted} left`,
      formatTime: timeText,
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  let isStarted = false;
  try {
    return await operation((done, total) => {
      if (!isStarted) bar.start(total, done);
      isStarted = true;
      bar.setTotal(total);
      bar.update(done);
    });
  } finally {
    bar.stop();
  }
}

/** Formats a time in seconds: `8 s`, `3 min`, `2 h`; `?` while the library has only "NULL" or "INF" to say. */
function timeText(seconds: number | string): string {
  const time = Number(seconds);
  if (!Number.isFinite(time)) return "?";
  if (time < 100) return `${Math.round(time)} s`;
  return time < 6_000 ? `${Math.round(time / 60)} min` : `${Math.round(time / 3_600)} h`;
}

function lines(title: string, output: Output, unit: string): ProgressUpdate {
  let tenths = 0;
  return (done, total) => {
    const now = total === 0 ? 10 : Math.floor((done / total) * 10);
    if (now <= tenths) return;
    tenths = now;
    line(output, `${title}: ${done} of ${total} ${unit}`);
  };
}
