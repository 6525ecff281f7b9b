import { describe, expect, test } from "bun:test";
import { type CampaignCommand, campaignDecider } from "../../src/campaigns/decide.ts";
import { CampaignCreated, CampaignDeleted, type CampaignEvent, CampaignUpdated } from "../../src/campaigns/events.ts";

const details = {
  clientId: "client-1",
  name: "Summer",
  goal: null,
  status: "draft" as const,
  productUrl: null,
  brief: { channels: ["social"] },
  metadata: null,
};

function given(...events: CampaignEvent[]) {
  const state = events.reduce(campaignDecider.evolve, campaignDecider.initial("1"));
  return { when: (command: CampaignCommand) => campaignDecider.decide(state, command) };
}

describe("a campaign", () => {
  test("is made once, and a retry of its making changes nothing", () => {
    const create = { do: "create", details: details } as const;
    expect(given().when(create)).toEqual([CampaignCreated.of(details)]);
    expect(given(CampaignCreated.of(details)).when(create)).toEqual([]);
    expect(given(CampaignCreated.of(details), CampaignDeleted.of({})).when(create)).toEqual([]);
  });

  test.each(["draft", "active", "archived"] as const)("can be changed, moved and deleted when %s", (status) => {
    const history = given(CampaignCreated.of({ ...details, status }));
    expect(history.when({ do: "update", changes: { clientId: "client-2", status } })).toEqual([
      CampaignUpdated.of({ clientId: "client-2" }),
    ]);
    expect(history.when({ do: "delete" })).toEqual([CampaignDeleted.of({})]);
  });

  test("records only what really changes", () => {
    const changes = { goal: "Sell", brief: { channels: ["social"] }, status: "draft" } as const;
    expect(given(CampaignCreated.of(details)).when({ do: "update", changes: { ...changes, brief: null } })).toEqual([
      CampaignUpdated.of({ goal: "Sell", brief: null }),
    ]);
    const history = given(CampaignCreated.of(details), CampaignUpdated.of({ goal: "Sell" }));
    expect(history.when({ do: "update", changes: { goal: "Sell" } })).toEqual([]);
  });

  test("is not there before it is made and after it is deleted", () => {
    const gone = given(CampaignCreated.of(details), CampaignDeleted.of({}));
    for (const history of [given(), gone]) {
      expect(() => history.when({ do: "delete" })).toThrow("Cannot find this campaign");
      expect(() => history.when({ do: "update", changes: { name: "x" } })).toThrow("Cannot find this campaign");
    }
  });
});
