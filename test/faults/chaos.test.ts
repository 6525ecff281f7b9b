import { expect, test } from "bun:test";
import { liveThroughChaos } from "./chaos.ts";

// `bun run soak --seed N` goes on with other seeds, for as long as it is let.
test.each([1])(
  "a server that is killed at random times loses nothing (seed %p)",
  async (seed) => {
    const { promises } = await liveThroughChaos({ seed, kills: 4, visitors: 3 });
    expect(promises).toBeGreaterThan(0);
  },
  300_000,
);
