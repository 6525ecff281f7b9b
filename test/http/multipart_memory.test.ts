import { expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { streamOf } from "../../src/blobs/mod.ts";

const MB = 1_000_000;

const text = (value: string) => new TextEncoder().encode(value);

/** The most memory that a process ever had resident, in bytes. */
async function peakOf(pid: number): Promise<number> {
  const kilobytes = /VmHWM:\s*(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

test.skipIf(process.platform !== "linux").each(["/", "/slow"])(
  "an upload of 300 MB to %s stays far from being held in memory",
  async (path) => {
    const dataDir = await mkdtemp(join(tmpdir(), "reelog-upload-"));
    const child = Bun.spawn(["bun", join(import.meta.dir, "upload_server.ts"), dataDir], { stdout: "pipe" });
    try {
      const reader = child.stdout.getReader();
      const port = Number(new TextDecoder().decode((await reader.read()).value));
      const before = await peakOf(child.pid);
      const chunk = new Uint8Array(MB).fill(7);
      const hasher = new Bun.CryptoHasher("sha256");
      async function* form() {
        yield text('--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n');
        for (let i = 0; i < 300; i++) {
          hasher.update(chunk);
          yield chunk;
        }
        yield text("\r\n--b--\r\n");
      }
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: "POST",
        headers: { "Content-Type": "multipart/form-data; boundary=b" },
        body: streamOf(form()),
      });
      expect(await response.json()).toEqual({ sizeBytes: 300 * MB, sha256: hasher.digest("hex") });
      const grown = (await peakOf(child.pid)) - before;
      console.log(`300 MB to ${path}: +${Math.round(grown / MB)} MB of memory`);
      expect(grown).toBeLessThan(150 * MB);
    } finally {
      child.kill();
      await child.exited;
      await rm(dataDir, { recursive: true, force: true });
    }
  },
);
