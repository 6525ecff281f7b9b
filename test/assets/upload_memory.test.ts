import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { readAsset } from "../support/answer.ts";
import { spawnServer } from "../support/server_process.ts";
import { silence } from "../support/silence.ts";
import { temporaryDirectory } from "../support/test_server.ts";

const MIB = 1024 * 1024;

/** The most memory that a process has had so far, in bytes. */
async function peakMemory(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

test("an upload of 90 MB is stored in flat memory", async () => {
  const dataDir = await temporaryDirectory();
  await using server = await spawnServer({ DATA_DIR: dataDir });
  const small = silence(MIB);
  const large = silence(90 * MIB);
  async function upload(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const data = new FormData();
    data.append("file", new File([bytes], "silence.wav"));
    const answer = await server.api("POST", "/assets", data);
    expect(answer.status).toBe(201);
    expect(readAsset(answer)).toMatchObject({ format: "wav", size: bytes.byteLength });
  }
  // What the first of anything takes is not the upload's.
  await upload(small);
  const before = await peakMemory(server.pid);
  await upload(large);
  const grown = (await peakMemory(server.pid)) - before;
  console.log(`90 MiB uploaded: +${Math.round(grown / MIB)} MiB of memory`);
  expect(grown).toBeLessThan(80 * MIB);
  await rm(dataDir, { recursive: true, force: true });
});
