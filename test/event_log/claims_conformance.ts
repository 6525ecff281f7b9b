import { describe, expect, test } from "bun:test";
import type { Claims } from "../../src/event_log/mod.ts";

/** Describes what every implementation of the port promises. */
export function describeClaims(name: string, create: () => Promise<Claims & AsyncDisposable>): void {
  describe(name, () => {
    test("take: grants what is free, and nothing twice", async () => {
      await using claims = await create();
      expect([...(await claims.take(["ingest 1", "ingest 2"]))]).toEqual(["ingest 1", "ingest 2"]);
      expect([...(await claims.take(["ingest 2", "ingest 3", "render 1"]))]).toEqual(["ingest 3", "render 1"]);
    });

    test("take: grants each work once among concurrent calls", async () => {
      await using claims = await create();
      const works = Array.from({ length: 20 }, (_, index) => `plan ${index}`);
      const granted = await Promise.all(Array.from({ length: 5 }, () => claims.take(works)));
      expect(granted.flatMap((each) => [...each]).toSorted()).toEqual(works.toSorted());
    });

    test("release: frees the work, and only that one", async () => {
      await using claims = await create();
      await claims.take(["ingest 1", "ingest 2"]);
      await claims.release("ingest 1");
      expect([...(await claims.take(["ingest 1", "ingest 2"]))]).toEqual(["ingest 1"]);
    });

    test("release: leaves a work that is not claimed free", async () => {
      await using claims = await create();
      await claims.release("ingest 1");
      expect([...(await claims.take(["ingest 1"]))]).toEqual(["ingest 1"]);
    });
  });
}
