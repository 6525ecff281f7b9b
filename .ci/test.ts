/**
 * Runs the README's test command, runs the files with failures once more by themselves, and counts. A test that fails
 * beside others and passes alone is named as unstable: it is to be mended, but does not hold up everybody's work.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The report of a run. */
interface Report {
  readonly exitCode: number;
  readonly tests: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly file: string;
  readonly name: string;
  readonly reason: string;
}

const directory = await mkdtemp(join(tmpdir(), "reelog-ci-"));
let runs = 0;

async function run(command: readonly string[]): Promise<Report> {
  const path = join(directory, `${++runs}.xml`);
  const child = Bun.spawn([process.execPath, ...command, "--reporter=junit", `--reporter-outfile=${path}`], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exitCode = await child.exited;
  const xml = await Bun.file(path)
    .text()
    .catch(() => "");
  const count = (name: string) => Number(attribute(/<testsuites[^>]*>/.exec(xml)?.[0] ?? "", name) || 0);
  return { exitCode, tests: count("tests"), skipped: count("skipped"), failures: failuresIn(xml) };
}

function failuresIn(xml: string): Failure[] {
  const cases = xml.matchAll(/<testcase([^>]*[^>/])>(.*?)<\/testcase>/gs);
  return Array.from(cases).flatMap(([, head = "", body = ""]) => {
    const failure = /<(?:failure|error)[^>]*>/.exec(body)?.[0];
    if (failure === undefined) return [];
    const names = [attribute(head, "classname"), attribute(head, "name")].filter((name) => name !== "");
    return [{ file: attribute(head, "file"), name: names.join(" > "), reason: attribute(failure, "message") }];
  });
}

function attribute(tag: string, name: string): string {
  return (new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|quot|apos);/g, (_, entity) => ({ lt: "<", gt: ">", quot: '"' })[String(entity)] ?? "'")
    .replaceAll("&amp;", "&");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function textOf({ file, name, reason }: Failure): string {
  return `${file}: ${name}\n${reason.replace(/^/gm, "    ")}`;
}

const first = await run(["run", "test"]);
const files = [...new Set(first.failures.map(({ file }) => file))];
let failures = first.failures;
let isWhole = first.exitCode === 0 || failures.length > 0;
if (files.length > 0 && files.length <= 10) {
  print(`Running once more, by themselves: ${files.join(", ")}`);
  const second = await run(["test", "--timeout", "120000", ...files.map((file) => `./${file}`)]);
  failures = second.failures;
  isWhole = second.tests > 0 && (second.exitCode === 0 || failures.length > 0);
  const isStill = new Set(failures.map(({ file, name }) => `${file}: ${name}`));
  for (const failure of first.failures) {
    if (!isStill.has(`${failure.file}: ${failure.name}`)) print(`unstable: ${textOf(failure)}`);
  }
}
for (const failure of failures) print(`failed: ${textOf(failure)}`);
if (!isWhole) print("The test runner ended with an error that is no test's: see above");
const passed = first.tests - first.skipped - failures.length;
print(`${passed} passed, ${failures.length} failed${first.skipped ? `, ${first.skipped} skipped` : ""}`);
process.exit(isWhole && passed > 0 && failures.length === 0 ? 0 : 1);
