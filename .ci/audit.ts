/**
 * Asks the registry whether a dependency that runs in production has a known hole, and fails for a high or critical one.
 * Where no advisories can be had, it says so and passes: a build must not fail because another service is away.
 */
const audit = Bun.spawn([process.execPath, "audit", "--prod", "--json"], {
  stdout: "pipe",
  stderr: "pipe",
  timeout: 60_000,
});
const [answer, complaint] = await Promise.all([
  new Response(audit.stdout).text(),
  new Response(audit.stderr).text(),
  audit.exited,
]);

/** The severe advisories, e.g. `elysia: …`; undefined when there was no answer. */
function readSevere(json: string): string[] | undefined {
  try {
    const packages = Object.entries<unknown>(JSON.parse(json));
    return packages.flatMap(([name, advisories]) =>
      (Array.isArray(advisories) ? advisories : [])
        .filter(({ severity }) => severity === "high" || severity === "critical")
        .map(({ severity, title, url }) => `${name}: ${title} (${severity}, ${url})`),
    );
  } catch {
    return undefined;
  }
}

const severe = readSevere(answer);
if (severe === undefined) {
  const why = complaint.match(/error: .*/)?.[0] ?? "no answer";
  say(`Dependencies were not audited, because the registry gives no advisories here (${why})`);
} else if (severe.length === 0) {
  say("Dependencies audited: none that runs in production has a known hole of high or critical severity");
} else {
  say(`Cannot accept these dependencies:\n${severe.join("\n")}`);
  process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
