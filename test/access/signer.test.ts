import { describe, expect, test } from "bun:test";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createSigner } from "../../src/access/signer.ts";
import { signingSecretsIn } from "../../src/access/signing_secrets.ts";
import { loadConfig } from "../../src/config.ts";
import { temporaryDirectory } from "../support/test_server.ts";

const OLD = "old-".padEnd(32, "o");
const NEW = "new-".padEnd(32, "n");
const PATH = "/api/v3/assets/1/data";
const NOON = Date.UTC(2026, 10, 22, 12);

/** A signer whose clock stands still. */
function at(now: number, secrets: [string, ...string[]] = [OLD]) {
  const signer = createSigner(secrets, () => now);
  return {
    sign: (path = PATH) => signer.sign(path),
    opens(url: string, path = new URL(url, "http://x").pathname): string | true {
      const { searchParams } = new URL(url, "http://x");
      try {
        signer.verify(path, { expires: searchParams.get("expires"), signature: searchParams.get("signature") });
        return true;
      } catch (error) {
        return error instanceof Error ? error.message : "";
      }
    },
  };
}

const FOREIGN = "Cannot open this signed URL: the signature does not match this URL";

describe("a signed URL", () => {
  test("carries its expiry and a signature of 256 bits", () => {
    expect(at(NOON).sign()).toMatch(/^\/api\/v3\/assets\/1\/data\?expires=\d{10}&signature=[\w-]{43}$/);
  });

  test("is the same for an hour", () => {
    const hour = Array.from({ length: 60 }, (_, minute) => at(NOON + minute * 60_000 + 59_999).sign());
    expect(new Set(hour).size).toBe(1);
    expect(at(NOON + 3_600_000).sign()).not.toBe(hour[0] ?? "");
  });

  test("lives one to two hours", () => {
    for (const age of [0, 1, 3_599_999]) {
      const url = at(NOON + age).sign();
      expect(at(NOON + 2 * 3_600_000 - 1).opens(url)).toBeTrue();
      expect(at(NOON + 2 * 3_600_000).opens(url)).toBe("Cannot open this signed URL: it has expired");
    }
  });

  test("opens one thing and one kind of read", () => {
    const url = at(NOON).sign();
    for (const path of ["/api/v3/assets/2/data", "/api/v3/assets/1/thumbnail", "/api/v3/jobs/1/data", `${PATH}/`, ""]) {
      expect(at(NOON).opens(url, path)).toBe(FOREIGN);
    }
  });

  test("with any one character changed opens nothing", () => {
    const url = at(NOON).sign();
    for (let index = url.indexOf("expires=") + 8; index < url.length; index++) {
      if ("&signature=".includes(url[index] ?? "")) continue;
      const other = url[index] === "1" ? "2" : "1";
      expect(at(NOON).opens(url.slice(0, index) + other + url.slice(index + 1), PATH)).toBe(FOREIGN);
    }
  });

  test.each([
    "?expires=1&signature=",
    "?expires=99999999999999999999&signature=AAAA",
    "?expires=-1&signature=AAAA",
    "?expires=1e12&signature=AAAA",
    "?expires=&signature=",
    "?expires=4102444800",
    "?signature=AAAA",
    "?expires=4102444800&signature=%00%ff",
    `?expires=4102444800&signature=${"A".repeat(5_000)}`,
  ])("is not %s", (query) => {
    expect(at(NOON).opens(PATH + query)).toBe(FOREIGN);
  });

  test("has no second spelling of its signature", () => {
    const url = at(NOON).sign();
    const spellings = [`${url}=`, `${url}==`, url.replaceAll("-", "%2B"), `${url}%20`];
    for (const other of spellings.filter((spelling) => spelling !== url)) {
      expect(at(NOON).opens(other)).toBe(FOREIGN);
    }
  });
});

describe("a rotated secret", () => {
  test("signs, while the one before still opens what it has signed", () => {
    const before = at(NOON).sign();
    const after = at(NOON, [NEW, OLD]).sign();
    expect(after).not.toBe(before);
    expect(at(NOON, [NEW, OLD]).opens(before)).toBeTrue();
    expect(at(NOON, [NEW]).opens(after)).toBeTrue();
  });

  test("opens nothing of a secret that is gone", () => {
    expect(at(NOON, [NEW]).opens(at(NOON).sign())).toBe(FOREIGN);
  });
});

describe("the signing secret", () => {
  test("is made at the first start, for the owner's eyes only, and kept", async () => {
    const dataDir = await temporaryDirectory();
    const [first] = await signingSecretsIn(dataDir);
    expect(Buffer.from(first, "base64url").length).toBe(32);
    expect((await stat(`${dataDir}/signing_secret`)).mode & 0o777).toBe(0o600);
    expect(await readFile(`${dataDir}/signing_secret`, "utf8")).toBe(`${first}\n`);
    await chmod(`${dataDir}/signing_secret`, 0o644);
    expect(await signingSecretsIn(dataDir)).toEqual([first]);
    expect((await stat(`${dataDir}/signing_secret`)).mode & 0o777).toBe(0o600);
    await writeFile(`${dataDir}/signing_secret`, `${NEW}\n${first}\n`);
    expect(await signingSecretsIn(dataDir)).toEqual([NEW, first]);
    for (const wrong of ["", "\n", "short\n", `${NEW}\nshort\n`]) {
      await writeFile(`${dataDir}/signing_secret`, wrong);
      await expect(signingSecretsIn(dataDir)).rejects.toThrow("must hold secrets of at least 32 characters");
    }
    await rm(dataDir, { recursive: true });
  });

  test("from the environment is a list, and a short one is refused without repeating it", () => {
    expect(loadConfig({ SIGNING_SECRET: `${NEW}, ${OLD}` }).signingSecrets).toEqual([NEW, OLD]);
    expect(loadConfig({}).signingSecrets).toBeNull();
    for (const wrong of ["hunter2", `${NEW},`, `${NEW},hunter2`]) {
      const start = () => loadConfig({ SIGNING_SECRET: wrong });
      expect(start).toThrow("Cannot start: SIGNING_SECRET has a secret of fewer than 32 characters");
      expect(start).not.toThrow("hunter2");
    }
  });
});
