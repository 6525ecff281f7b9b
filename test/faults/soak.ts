/**
 * `bun run soak [--minutes N] [--seed S]`: kills servers at random times under random work and attacks, round after
 * round, and proves after each that nothing was lost. Exits 1 at the first round that fails, with the seed that makes the same
 * decisions again.
 */
import { parseArgs } from "node:util";
import { liveThroughChaos } from "./chaos.ts";

const { values } = parseArgs({ options: { minutes: { type: "string" }, seed: { type: "string" } } });
const minutes = Number(values.minutes ?? "5");
const first = Number(values.seed ?? Date.now() % 1_000_000);
if (!(minutes > 0) || !Number.isSafeInteger(first)) {
  console.error("Cannot soak: --minutes must be a number above 0, and --seed a whole number");
  process.exit(2);
}

const total = new Map<string, number>();
const end = performance.now() + minutes * 60_000;
for (let seed = first; performance.now() < end; seed++) {
  const begin = performance.now();
  try {
    const { promises, attacks } = await liveThroughChaos({ seed, kills: 5, visitors: 3, attackers: 2 });
    for (const [name, count] of Object.entries(attacks)) total.set(name, (total.get(name) ?? 0) + count);
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    console.log(`seed ${seed}: 5 kills, ${promises} promises, all kept (${seconds} s)`);
  } catch (error) {
    console.error(`seed ${seed} failed; repeat it with: bun run soak --seed ${seed}`);
    console.error(error);
    process.exit(1);
  }
}
for (const [name, count] of total) console.log(`${count} × ${name}`);
