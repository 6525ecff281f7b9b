import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { isKey } from "../../src/access/key.ts";
import { keys, keysProcess, newKey } from "../support/keys.ts";
import { eventsIn, temporaryDirectory } from "../support/test_server.ts";

async function directory() {
  const dataDir = await temporaryDirectory();
  return { dataDir, [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }) };
}

describe("reelog keys", () => {
  test("create prints the key alone on the standard output, once, and keeps only its hash", async () => {
    await using at = await directory();
    const said = await keysProcess(at.dataDir, "create", "--owner", "acme", "--label", "storefront");
    expect(said.status).toBe(0);
    const key = said.out.trimEnd();
    expect(isKey(key)).toBeTrue();
    expect(said.err).toMatch(/^Issued key \S+ of acme with scope write; it is shown only this once\n$/);
    const [event] = eventsIn(at.dataDir);
    expect(event).toMatchObject({ type: "ApiKeyIssued" });
    expect(event?.data).not.toContain(key.slice(4, 20));
    const bytes = Buffer.concat(
      await Promise.all(
        ["reelog.db", "reelog.db-wal"].map(async (name) => {
          const file = Bun.file(`${at.dataDir}/${name}`);
          return (await file.exists()) ? await file.bytes() : new Uint8Array();
        }),
      ),
    );
    expect(bytes.includes(key.slice(4, 20))).toBeFalse();
  });

  test("list shows every key with its worth and its name, and no key", async () => {
    await using at = await directory();
    const first = await newKey(at.dataDir, "acme", "--label", "storefront");
    const second = await newKey(at.dataDir, "bob@example.com", "--scope", "read", "--expires", "90d", "--name", "shop");
    await keys(at.dataDir, "revoke", first.id);
    const { status, out } = await keys(at.dataDir, "list");
    expect(status).toBe(0);
    const [head, ...rows] = out.trimEnd().split("\n");
    expect(head).toMatch(/^ID +OWNER +SCOPE +STATUS +ISSUED +EXPIRES +LABEL$/);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(new RegExp(`^${first.id}  acme +write  revoked  \\S+  never +storefront$`));
    expect(rows[1]).toMatch(new RegExp(`^${second.id}  bob@example.com  read   valid    \\S+  20\\S+Z +shop$`));
    expect(out).not.toContain("rlg_");
  });

  test("revoke says so, does nothing the second time, and knows no other id", async () => {
    await using at = await directory();
    const { id, key } = await newKey(at.dataDir, "acme");
    expect(await keys(at.dataDir, "revoke", id)).toEqual({ status: 0, out: `Revoked key ${id}\n`, err: "" });
    expect((await keys(at.dataDir, "revoke", id)).status).toBe(0);
    expect(eventsIn(at.dataDir).map(({ type }) => type)).toEqual(["ApiKeyIssued", "ApiKeyRevoked"]);
    expect(await keys(at.dataDir, "revoke", "nope")).toMatchObject({
      status: 1,
      err: "Cannot find this key: no key has this id\n",
    });
    expect((await keys(at.dataDir, "revoke", key)).status).toBe(2);
  });

  test.each([
    [["create"], 2, "required option '--owner <name>' not specified"],
    [["create", "--owner", ""], 1, "the owner must be"],
    [["create", "--owner", "a b"], 1, "the owner must be"],
    [["create", "--owner", "../etc"], 1, "the owner must be"],
    [["create", "--owner", "a\n"], 1, "the owner must be"],
    [["create", "--owner", "x".repeat(101)], 1, "the owner must be"],
    [["create", "--owner", "acme", "--label", "two\nlines"], 1, "the label must be one line"],
    [["create", "--owner", "acme", "--scope", "root"], 2, "Allowed choices are read, write, admin"],
    [["create", "--owner", "acme", "--expires", "soon"], 2, "It must be a time such as"],
    [["create", "--owner", "acme", "--expires", "0d"], 2, "It must be a time such as"],
    [["create", "--owner", "acme", "--expires", "-1d"], 2, "It must be a time such as"],
    [["create", "--owner", "acme", "--expires", "999999d"], 2, "It must be a time such as"],
    [["list"], 1, "Cannot find a database in"],
    [["revoke", "x"], 1, "Cannot find a database in"],
    [["revoke"], 2, "missing required argument 'id'"],
    [["nope"], 2, "unknown command 'nope'"],
    [[], 2, "Usage: reelog keys"],
  ])("%j ends with status %p and says: %s", async (parameters, status, sentence) => {
    await using at = await directory();
    const said = await keys(at.dataDir, ...parameters);
    expect(said.status).toBe(status);
    expect(said.err).toContain(sentence);
    expect(said.out).toBe("");
  });
});
