import { Presets, SingleBar } from "cli-progress";
import { line, type Output } from "./context.ts";

/** Progress of a long operation. */
export interface Progress extends Disposable {
  update(done: number, total: number): void;
}

/** Shows a bar on a terminal, which disappears at the end; elsewhere writes a line for every tenth. */
export function createProgress(title: string, output: Output, unit = "events"): Progress {
  return output.isTTY ? bar(title, unit) : lines(title, output, unit);
}

function bar(title: string, unit: string): Progress {
  const format = `${title} {bar} {percentage}% · {value} of {total} ${unit} · {eta_formatted} left`;
  const shown = new SingleBar(
    { format, hideCursor: true, clearOnComplete: true, etaBuffer: 100 },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total) {
      if (!started) shown.start(total, done);
      started = true;
      shown.setTotal(total);
      shown.update(done);
    },
    [Symbol.dispose]: () => shown.stop(),
  };
}

function lines(title: string, output: Output, unit: string): Progress {
  let tenths = 0;
  return {
    update(done, total) {
      const now = total === 0 ? 10 : Math.floor((done / total) * 10);
      if (now <= tenths) return;
      tenths = now;
      line(output, `${title}: ${done} of ${total} ${unit}`);
    },
    [Symbol.dispose]() {},
  };
}
