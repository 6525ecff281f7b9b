import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The shortest secret, in characters: at least 128 bits for text of any quality. */
export const MIN_SECRET_LENGTH = 32;

/** The secrets of signed URLs: the first signs, all of them verify, so that one can be rotated with overlap. */
export type SigningSecrets = readonly [string, ...string[]];

/**
 * Reads the secrets in `signing_secret` of a data directory. The first start makes one of 256 random bits, readable by
 * nobody else.
 *
 * @throws {Error} one sentence when the file holds none, or a short one
 */
export async function signingSecretsIn(dataDir: string): Promise<SigningSecrets> {
  const path = join(dataDir, "signing_secret");
  const stored = await readIfThere(path);
  if (stored !== null) {
    await chmod(path, 0o600);
    return secretsOf(stored, path);
  }
  const secret = crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
  // Renamed into place: a crash leaves no half of a secret.
  await writeFile(`${path}.new`, `${secret}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return [secret];
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new Error(`Cannot start: the signing secret in ${path} cannot be read`);
  }
}

function secretsOf(text: string, path: string): SigningSecrets {
  const [first, ...others] = text.split(/\s+/).filter((line) => line !== "");
  if (first === undefined || [first, ...others].some(({ length }) => length < MIN_SECRET_LENGTH)) {
    throw new Error(`Cannot start: ${path} must hold secrets of at least ${MIN_SECRET_LENGTH} characters, one a line`);
  }
  return [first, ...others];
}
