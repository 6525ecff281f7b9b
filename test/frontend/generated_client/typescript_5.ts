import { plugin } from "bun";

/**
 * To preload where openapi-typescript runs: it needs the compiler's JavaScript API, which TypeScript has up to version
 * 5, and the compiler of this house is a later one.
 */
await plugin({
  name: "typescript 5",
  setup(build) {
    build.module("typescript", async () => ({ exports: await import("typescript-5"), loader: "object" }));
  },
});
