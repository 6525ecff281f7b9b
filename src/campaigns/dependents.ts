import type { ClientOrCampaign } from "../core/client_scope.ts";
import type { Dependent, StreamWrite } from "../event_log/mod.ts";

/** The queries and plans of the slices with resources of clients and campaigns. */
export interface DependentsDeps {
  readonly campaigns: {
    readonly idsOf: (owner: string, clientId: string) => readonly string[];
    readonly planDeletion: (id: string) => Promise<StreamWrite>;
  };
  readonly assets: {
    readonly idsIn: (owner: string, where: ClientOrCampaign) => readonly string[];
    readonly planDeletion: (id: string) => Promise<StreamWrite>;
  };
  readonly jobs?: {
    /** Returns the open jobs of a client or campaign. */
    readonly openJobsOf: (owner: string, where: ClientOrCampaign) => readonly string[];
    /** Returns the open jobs that use an asset, of any client. */
    readonly openJobsUsing: (owner: string, assetId: string) => readonly string[];
    readonly planCancel: (id: string) => Promise<StreamWrite>;
  };
}

/** The dependents of a client or a campaign, each once, in the order of deletion. */
export interface Dependents {
  ofClient(owner: string, clientId: string): readonly Dependent[];
  ofCampaign(owner: string, campaignId: string): readonly Dependent[];
}

/** Creates the lookup of dependents. Jobs come first, because an asset that an open job uses cannot be deleted. */
export function createDependents({ campaigns, assets, jobs }: DependentsDeps): Dependents {
  function within(owner: string, wheres: readonly ClientOrCampaign[]): Dependent[] {
    const assetIds = [...new Set(wheres.flatMap((where) => assets.idsIn(owner, where)))];
    const open = jobs ? openJobs(jobs, owner, { wheres, assetIds }) : [];
    return [...open, ...assetIds.map((id) => ({ kind: "asset" as const, id, plan: () => assets.planDeletion(id) }))];
  }

  return {
    ofCampaign: (owner, campaignId) => within(owner, [{ campaignId }]),
    ofClient(owner, clientId) {
      const campaignIds = campaigns.idsOf(owner, clientId);
      return [
        ...within(owner, [{ clientId }, ...campaignIds.map((campaignId) => ({ campaignId }))]),
        ...campaignIds.map((id) => ({ kind: "campaign" as const, id, plan: () => campaigns.planDeletion(id) })),
      ];
    },
  };
}

function openJobs(
  jobs: NonNullable<DependentsDeps["jobs"]>,
  owner: string,
  { wheres, assetIds }: { readonly wheres: readonly ClientOrCampaign[]; readonly assetIds: readonly string[] },
): Dependent[] {
  const ids = new Set([
    ...wheres.flatMap((where) => jobs.openJobsOf(owner, where)),
    ...assetIds.flatMap((assetId) => jobs.openJobsUsing(owner, assetId)),
  ]);
  return [...ids].map((id) => ({ kind: "open job", id, plan: () => jobs.planCancel(id) }));
}
