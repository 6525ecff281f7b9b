/**
 * `FUZZ_SEED` explores (any number, or `random`), `FUZZ_REQUESTS` makes a run longer. Without them a run is the same
 * every time: what turns red is then what the last change did.
 */
export const SEED = seedOf(process.env.FUZZ_SEED ?? "19470101");

function seedOf(text: string): number {
  return text === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(text);
}
