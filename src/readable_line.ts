/** Colours of a terminal (SGR codes), by the level. */
const COLOURS: Readonly<Record<string, number>> = { trace: 90, debug: 90, warn: 33, error: 31, fatal: 31 };
const DIM = 2;

/**
 * Formats a JSON log line for a person: the local time, the level, the message, the fields, and the stack of an error.
 * Characters that could move the cursor are shown as dots.
 *
 * @example
 * ```ts
 * readableLine('{"level":"info","time":"2026-11-28T04:50:08Z","status":200,"msg":"request"}\n', { isColoured: false });
 * // "04:50:08 INFO  request  status=200\n"
 * ```
 */
export function readableLine(json: string, { isColoured }: { readonly isColoured: boolean }): string {
  const { level, time, msg, err, ...fields } = Object(JSON.parse(json));
  const paint = (code: number | undefined, text: string) =>
    isColoured && code !== undefined && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  const clock = new Date(String(time)).toTimeString().slice(0, 8);
  const { message, stack } = Object(err);
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  const parts = [
    `${paint(DIM, clock)} ${paint(COLOURS[String(level)], String(level).toUpperCase().padEnd(5))} ${printable(msg)}`,
    ...(message === undefined ? [] : [printable(message)]),
    ...(pairs.length === 0 ? [] : [paint(DIM, pairs.join(" "))]),
  ];
  const frames = typeof stack === "string" ? stack.split("\n").filter((line) => /^\s+at /.test(line)) : [];
  return [parts.join("  "), ...frames.map((frame) => paint(DIM, printable(frame)))].map((line) => `${line}\n`).join("");
}

function shown(value: unknown): string {
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) return printable(value);
  return printable(JSON.stringify(value) ?? "");
}

function printable(text: unknown): string {
  return String(text ?? "").replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "·");
}
