import type { CheckClientScope } from "../core/client_scope.ts";
import { invalid } from "../core/validation_errors.ts";
import type { CampaignQueries } from "./queries.ts";

/** The dependencies of the check. */
export interface ClientScopeCheckDeps {
  readonly hasClient: (owner: string, clientId: string) => boolean;
  readonly campaigns: CampaignQueries;
}

/** Creates the check of every `clientId` and `campaignId` that a request names. */
export function createClientScopeCheck({ hasClient, campaigns }: ClientScopeCheckDeps): CheckClientScope {
  return (owner, { clientId = null, campaignId = null }, { at } = {}) => {
    const campaign = campaignId === null ? undefined : campaigns.find(owner, campaignId);
    const findings = [
      ...(clientId === null || hasClient(owner, clientId) ? [] : [{ path: "clientId", message: NONE }]),
      ...(campaignId === null || campaign ? [] : [{ path: "campaignId", message: NONE }]),
    ];
    if (findings.length === 0 && clientId !== null && campaign && campaign.clientId !== clientId) {
      findings.push({ path: "campaignId", message: "must be a campaign of the named client" });
    }
    if (findings.length > 0) {
      throw invalid(findings.map(({ path, message }) => ({ path: at ? `${at}.${path}` : path, message })));
    }
    return { clientId: campaign?.clientId ?? clientId, campaignId };
  };
}

const NONE = "no resource of yours has this id";
