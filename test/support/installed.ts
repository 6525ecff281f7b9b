import { existsSync } from "node:fs";

/**
 * Returns the path of a program of this machine; undefined without it, with a line that says which Debian package has
 * it.
 *
 * @throws {Error} in CI, which installs all of them
 */
export function installed(name: string, debianPackage = name): string | undefined {
  const found = Bun.which(name) ?? [`/usr/sbin/${name}`].find(existsSync);
  if (found !== undefined) return found;
  if (process.env.CI === "true") throw new Error(`${name} is missing: CI installs ${debianPackage}`);
  console.warn(`skipped: what needs ${name}; \`apt-get install ${debianPackage}\` has it run`);
  return undefined;
}
