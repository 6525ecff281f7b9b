import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { type CampaignCommand, campaignDecider } from "../../src/campaigns/decide.ts";
import { campaignStream } from "../../src/campaigns/events.ts";
import { campaignKind, createDependents } from "../../src/campaigns/mod.ts";
import { AppError } from "../../src/core/errors.ts";
import { cascadeDelete, type Dependent } from "../../src/event_log/cascade_delete.ts";
import { createCatalogue, execute, openStore, planDetailsDeletion } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { temporaryDirectory } from "../support/test_server.ts";

const metadata = { owner: "ann", actor: "ann" };
const details = { goal: null, status: "draft", productUrl: null, brief: null, metadata: null } as const;

/** A store with some campaigns; the first is deleted with the others. */
async function campaigns(...ids: string[]) {
  const dataDir = await temporaryDirectory();
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  const { log } = store;
  const run = (id: string, command: CampaignCommand) =>
    execute(command, { log, decider: campaignDecider, stream: campaignStream(id), id, metadata });
  const add = (id: string) => run(id, { do: "create", details: { clientId: "acme", name: id, ...details } });
  for (const id of ids) await add(id);
  const dependant = (id: string, before?: () => Promise<unknown>): Dependent => ({
    kind: "campaign",
    id,
    async plan() {
      const planned = await planDetailsDeletion(campaignKind, log, id);
      await before?.();
      return planned;
    },
  });
  const remove = (dependents: () => readonly Dependent[], cascade = true) =>
    cascadeDelete({
      log,
      metadata,
      what: "the client",
      plan: () => planDetailsDeletion(campaignKind, log, ids[0] ?? ""),
      dependents,
      joinTypes: ["CampaignCreated"],
      cascade,
    });
  return {
    run,
    add,
    dependant,
    remove,
    types: async () => (await log.read({ after: 0, limit: 100 })).map(({ type }) => type.replace("Campaign", "")),
    async [Symbol.asyncDispose]() {
      store.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

describe("deleting a thing with what belongs to it", () => {
  test("decides anew when a dependant changes after its plan, and so loses no change", async () => {
    await using at = await campaigns("self", "other");
    let changed = false;
    const change = async () => {
      if (changed) return;
      changed = true;
      await at.run("other", { do: "update", changes: { name: "changed" } });
    };
    await at.remove(() => [at.dependant("other", change)]);
    expect(await at.types()).toEqual(["Created", "Created", "Updated", "Deleted", "Deleted"]);
  });

  test("takes what has come after the plans, too", async () => {
    await using at = await campaigns("self", "other");
    const found = [at.dependant("other", late)];
    async function late() {
      if (found.length > 1) return;
      await at.add("late");
      found.push(at.dependant("late"));
    }
    await at.remove(() => [...found]);
    expect(await at.types()).toEqual(["Created", "Created", "Created", "Deleted", "Deleted", "Deleted"]);
  });

  test("refuses what has come after the plan when it must not cascade", async () => {
    await using at = await campaigns("self", "late");
    const seen = [[], [at.dependant("late")]];
    const refused = at.remove(() => seen.shift() ?? [at.dependant("late")], false);
    await expect(refused).rejects.toThrow("Cannot delete the client: it still has 1 campaign; ?cascade=true");
    expect(await at.types()).toEqual(["Created", "Created"]);
  });

  test("goes on when a dependant has gone by itself meanwhile", async () => {
    await using at = await campaigns("self", "other");
    const found = [at.dependant("other")];
    const before = at.run("other", { do: "delete" });
    await at.remove(() => {
      const now = [...found];
      found.length = 0;
      return now;
    });
    await before;
    expect(await at.types()).toEqual(["Created", "Created", "Deleted", "Deleted"]);
  });

  test("writes nothing when one of the plans is refused", async () => {
    await using at = await campaigns("self", "other");
    const plan = () => Promise.reject(new AppError("wrong_state", "Cannot cancel"));
    const refused = at.remove(() => [at.dependant("other"), { kind: "open job", id: "1", plan }]);
    await expect(refused).rejects.toThrow("Cannot cancel");
    expect(await at.types()).toEqual(["Created", "Created"]);
  });

  test("gives up with a conflict when others never stop", async () => {
    await using at = await campaigns("self", "other");
    let count = 0;
    const refused = at.remove(() => [at.dependant(`${count++}`)]);
    await expect(refused).rejects.toMatchObject({ code: "conflict" });
    expect(await at.types()).toEqual(["Created", "Created"]);
  });
});

describe("what belongs to a client", () => {
  const nothing = () => Promise.resolve({ stream: "", expected: "any", events: [] } as const);
  const inAcme: Record<string, string[]> = { acme: ["loose", "photo"], summer: ["photo", "film"], winter: [] };
  const dependents = createDependents({
    campaigns: { idsOf: (_owner, id) => (id === "acme" ? ["summer", "winter"] : []), planDeletion: nothing },
    assets: { idsIn: (_owner, where) => inAcme[Object.values(where)[0] ?? ""] ?? [], planDeletion: nothing },
    jobs: {
      openJobsOf: (_owner, where) => ("clientId" in where ? ["job-1", "job-2"] : ["job-2"]),
      openJobsUsing: (_owner, assetId) => (assetId === "film" ? ["elsewhere", "job-1"] : []),
      planCancel: nothing,
    },
  });
  const named = (found: readonly Dependent[]) => found.map(({ kind, id }) => `${kind} ${id}`);

  test("is named once: open jobs first, also those of others that use its assets, then assets, then campaigns", () => {
    expect(named(dependents.ofClient("ann", "acme"))).toEqual([
      "open job job-1",
      "open job job-2",
      "open job elsewhere",
      "asset loose",
      "asset photo",
      "asset film",
      "campaign summer",
      "campaign winter",
    ]);
  });

  test("is less for one of its campaigns", () => {
    expect(named(dependents.ofCampaign("ann", "summer"))).toEqual([
      "open job job-2",
      "open job elsewhere",
      "open job job-1",
      "asset photo",
      "asset film",
    ]);
  });
});
