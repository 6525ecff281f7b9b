/** A fetch process that has been taken over, or is broken: the path of the URL says how. */
import { Type } from "@sinclair/typebox";
import { defineHandler, serveCalls } from "../../src/processes/mod.ts";

serveCalls({
  fetch: defineHandler(Type.Object({ url: Type.String() }), async ({ url }) => {
    const sizeBytes = 5;
    const honest = { sha256: "0".repeat(64), sizeBytes, contentType: null, fileName: null, finalUrl: url };
    switch (new URL(url).pathname) {
      case "/hang":
        for (;;);
      case "/crash":
        return process.kill(process.pid, "SIGSEGV");
      case "/throw":
        throw new Error("inner secret /etc/passwd");
      case "/path":
        return { ...honest, sha256: "../../../../etc/passwd" };
      case "/size":
        return { ...honest, sizeBytes: -1 };
      case "/nothing":
        return null;
      default:
        return honest;
    }
  }),
});
