import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { CAN_MOUNT, tinyDisk } from "../blobs/stores.ts";
import { reelog } from "../support/command_line.ts";
import { form, importAsset } from "../support/imports.ts";
import { newKey } from "../support/keys.ts";
import { startOrigin } from "../support/origin.ts";
import { startTestServer, until } from "../support/test_server.ts";

if (!CAN_MOUNT) console.info("test/server/disk_reserve.test.ts is skipped: it mounts a small tmpfs, which takes root");

test.skipIf(!CAN_MOUNT)(
  "a full disk: deletions and revocations pass, growth is refused, readiness says so",
  async () => {
    await using disk = await tinyDisk(16);
    const dataDir = disk.directory;
    await using origin = await startOrigin();
    const key = await newKey(dataDir, "ann");
    const other = await newKey(dataDir, "bob");
    let server = await startTestServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant });
    try {
      const ann: typeof server.api = (method, path, body, headers = {}) =>
        server.api(method, path, body, { ...key.headers, ...headers });
      const asset = await importAsset(ann, origin);
      const second = await importAsset(ann, origin, { url: `${origin.url}/rotated.jpg` });
      await fill(dataDir);

      expect((await server.get("/health/ready")).status).toBe(503);
      const upload = await ann("POST", "/assets", form(new File(["words"], "notes.txt")));
      expect([upload.status, upload.meta.code]).toEqual([503, "unavailable"]);
      const client = await ann("POST", "/clients", { name: "Acme" });
      expect([client.status, client.meta.code]).toEqual([503, "unavailable"]);
      expect((await ann("GET", `/assets/${asset.id}`)).status).toBe(200);
      expect((await ann("DELETE", `/assets/${asset.id}`)).status).toBe(200);
      expect(await reelog(dataDir, "keys", "revoke", other.id)).toMatchObject({ status: 0 });
      await until(async () => (await server.get("/api/v3/me", { headers: other.headers })).status === 401);

      await server.stop();
      server = await startTestServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant });
      expect((await ann("DELETE", `/assets/${second.id}`)).status).toBe(200);

      for (const name of await Array.fromAsync(new Bun.Glob("filler-*").scan(dataDir))) await rm(`${dataDir}/${name}`);
      await until(async () => (await server.get("/health/ready")).status === 200);
      expect((await ann("POST", "/clients", { name: "Acme" })).status).toBe(201);
    } catch (error) {
      console.error(error);
      throw error;
    } finally {
      await server.stop();
    }
  },
);

let fillers = 0;

/** Takes every byte that is left. */
async function fill(directory: string): Promise<void> {
  for (const size of [1024 * 1024, 64 * 1024, 4096]) {
    for (;;) {
      try {
        await Bun.write(`${directory}/filler-${fillers++}`, new Uint8Array(size));
      } catch {
        await rm(`${directory}/filler-${fillers - 1}`, { force: true });
        break;
      }
    }
  }
}
