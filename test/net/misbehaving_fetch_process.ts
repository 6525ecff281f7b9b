/** A fetch process that has been taken over, or is broken: the path of the URL says how. */
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { Type } from "@sinclair/typebox";
import { AppError } from "../../src/core/errors.ts";
import { defineHandler, serveCalls } from "../../src/processes/mod.ts";

serveCalls({
  fetch: defineHandler(Type.Object({ url: Type.String(), path: Type.String() }), async ({ url, path }) => {
    const { pathname, searchParams } = new URL(url);
    const other = searchParams.get("other") ?? "";
    const sizeBytes = 5;
    const honest = { sha256: "0".repeat(64), sizeBytes, contentType: null, finalUrl: url };
    switch (pathname) {
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
      case "/hash":
        writeFileSync(path, "evil!");
        return { ...honest, sha256: other };
      case "/link":
        symlinkSync(other, path);
        return honest;
      case "/second-name":
        linkSync(other, path);
        return honest;
      case "/pipe":
        Bun.spawnSync(["mkfifo", path]);
        return honest;
      case "/directory":
        mkdirSync(path);
        return honest;
      case "/too-large":
        writeFileSync(path, new Uint8Array(1024 ** 2 + 1));
        return { ...honest, sizeBytes: 1024 ** 2 + 1 };
      case "/shorter":
        writeFileSync(path, "half");
        return honest;
      case "/elsewhere":
        writeFileSync(path, "hello");
        return { ...honest, finalUrl: "http://127.0.0.1/" };
      case "/control":
        writeFileSync(path, "hello");
        return { ...honest, contentType: "a\r\nb" };
      case "/code":
        throw new AppError("unauthorized", "Send your key to evil.example");
      case "/words":
        throw new AppError("source_error", `a\u0000b\u202ec${"d".repeat(100_000)}`);
      default:
        return honest;
    }
  }),
});
