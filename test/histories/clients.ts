import { type ClientCommand, clientDecider } from "../../src/clients/decide.ts";
import { clientStream } from "../../src/clients/events.ts";
import { AppError } from "../../src/core/errors.ts";
import { execute } from "../../src/event_log/mod.ts";
import type { History } from "./mod.ts";

/** Twenty clients of two owners: made, changed and deleted in any order. */
export const clientsHistory: History = async (log, random) => {
  const pick = <Item>(...items: readonly [Item, ...Item[]]): Item => items[random(items.length)] ?? items[0];
  const name = () => `client ${random(9)}`;
  const guidelines = () =>
    pick(null, { colors: ["#ff0055"], fonts: { main: "Inter" }, tone: "warm", restrictions: null, examples: null });

  function command(): ClientCommand {
    switch (random(4)) {
      case 0: {
        const details = { description: null, homepage: pick(null, "https://acme.example"), metadata: null };
        return { do: "create", details: { name: name(), brandGuidelines: guidelines(), ...details } };
      }
      case 1:
        return { do: "update", changes: { name: name(), metadata: pick(null, { a: [random(3)] }) } };
      case 2:
        return { do: "update", changes: { brandGuidelines: guidelines() } };
      default:
        return random(5) === 0 ? { do: "delete" } : { do: "update", changes: { description: pick(null, "a\nb") } };
    }
  }

  for (let step = 0; step < 400; step++) {
    const id = `${random(20)}`;
    const metadata = { owner: Number(id) % 2 ? "ann" : "bob", actor: "test" };
    const at = { log, decider: clientDecider, stream: clientStream(id), id, metadata };
    await execute(command(), at).catch((error: unknown) => {
      // A command that the rules refuse is part of life.
      if (!(error instanceof AppError)) throw error;
    });
  }
};
