// A process of its own around one upload handler, so that its memory can be measured: `bun upload_server.ts DATA_DIR`.
import { openFsBlobStore } from "../../src/blobs/mod.ts";
import { readMultipart } from "../../src/http/request/multipart.ts";

const MAX_FILE_BYTES = 1024 ** 3;
const blobs = await openFsBlobStore(process.argv[2] ?? "", { useOf: () => "unnamed" });
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  maxRequestBodySize: 2 * MAX_FILE_BYTES,
  async fetch(request) {
    const slow = new URL(request.url).pathname === "/slow";
    const form = await readMultipart(request, {
      maxFileBytes: MAX_FILE_BYTES,
      async onFile({ stream }) {
        // Longer than the sender needs for everything, were it not made to wait.
        if (slow) await Bun.sleep(2000);
        return await blobs.write(stream, { maxBytes: MAX_FILE_BYTES });
      },
    });
    using stored = form.file;
    return Response.json({ sizeBytes: stored.sizeBytes, sha256: stored.sha256 });
  },
});
console.log(server.port);
