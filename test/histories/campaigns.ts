import { type CampaignCommand, campaignDecider } from "../../src/campaigns/decide.ts";
import { CAMPAIGN_STATUSES, campaignStream } from "../../src/campaigns/events.ts";
import { AppError } from "../../src/core/errors.ts";
import { execute } from "../../src/event_log/mod.ts";
import type { History } from "./mod.ts";

/** Twenty campaigns of two owners and three clients: made, moved, changed and deleted in any order. */
export const campaignsHistory: History = async (log, random) => {
  const pick = <Item>(...items: readonly [Item, ...Item[]]): Item => items[random(items.length)] ?? items[0];
  const clientId = () => `client-${random(3)}`;
  const status = () => pick(...CAMPAIGN_STATUSES);

  function command(): CampaignCommand {
    switch (random(4)) {
      case 0: {
        const campaign = { clientId: clientId(), name: `campaign ${random(9)}`, status: status() };
        const details = { goal: pick(null, "Be known"), productUrl: null, brief: pick(null, { a: 1 }), metadata: null };
        return { do: "create", details: { ...campaign, ...details } };
      }
      case 1:
        return { do: "update", changes: { status: status(), brief: pick(null, { b: [random(3)] }) } };
      case 2:
        return { do: "update", changes: { clientId: clientId(), goal: pick(null, "Sell") } };
      default:
        return random(5) === 0 ? { do: "delete" } : { do: "update", changes: { name: `name ${random(9)}` } };
    }
  }

  for (let step = 0; step < 400; step++) {
    const id = `${random(20)}`;
    const metadata = { owner: Number(id) % 2 ? "ann" : "bob", actor: "test" };
    const at = { log, decider: campaignDecider, stream: campaignStream(id), id, metadata };
    await execute(command(), at).catch((error: unknown) => {
      // A command that the rules refuse is part of life.
      if (!(error instanceof AppError)) throw error;
    });
  }
};
