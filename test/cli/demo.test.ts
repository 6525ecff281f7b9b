import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/cli/run.ts";

test("the demo goes from URLs to a finished MP4, and tells a person what happened", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reelog-demo-test-"));
  try {
    let told = "";
    const output = { write: (text: string) => (told += text) };
    const out = join(folder, "ad.mp4");
    const status = await run(["demo", "--out", out], { env: {}, stdout: output, stderr: output });
    expect(told).not.toContain("undefined");
    expect(status).toBe(0);
    expect(told).toContain("Lantern at night  image/jpeg, 48 KiB, 1600×900, with thumbnail");
    expect(told).toContain("Campfire          video/mp4, 222 KiB, 1280×720, 5 s, with thumbnail");
    expect(told).toMatch(/Evening {11}audio\/mpeg, 126 KiB, 16\.\d+ s/);
    expect(told).toContain("Brochure          application/pdf, 18 KiB, 2 pages");
    expect(told).toContain("Range 0-15 → 206, bytes 0-15/48943: ff d8 ff");
    expect(told).toContain("A PDF called an image: Cannot import the file as image: it is document (pdf)");
    expect(told).toContain("Rendered 15 s of 720p");
    expect(told).toContain(`The video: file://${out}`);
    const video = await Bun.file(out).bytes();
    expect(Buffer.from(video.subarray(4, 8)).toString("latin1")).toBe("ftyp");
    expect(video.byteLength).toBeGreaterThan(100_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
