import type { CheckClientScope } from "../core/client_scope.ts";
import { AppError } from "../core/errors.ts";
import type { DetailsCommandsDeps, DetailsRules } from "../event_log/mod.ts";
import type { CampaignDetails } from "./events.ts";

/** The dependencies of the rules. */
export interface CampaignRulesDeps extends Pick<DetailsCommandsDeps<CampaignDetails>, "dependents" | "joinTypes"> {
  readonly checkClientScope: CheckClientScope;
  /** Types of events that can change the result of {@linkcode checkClientScope}. */
  readonly scopeEndTypes: readonly string[];
}

/**
 * Creates the rules of a campaign's client: the owner has it, and a campaign does not move to another one while it has
 * assets or open jobs, which belong to its client.
 */
export function campaignRules({
  checkClientScope,
  scopeEndTypes,
  dependents,
  joinTypes,
}: CampaignRulesDeps): DetailsRules<CampaignDetails> {
  return {
    check(owner, { clientId }, before) {
      if (clientId === undefined || clientId === before?.details.clientId) return;
      checkClientScope(owner, { clientId });
      if (before === undefined || dependents(owner, before.id).length === 0) return;
      throw new AppError("conflict", "Cannot move the campaign to another client: it has assets or open jobs");
    },
    restsOn({ clientId }, isNew) {
      if (clientId === undefined) return [];
      return isNew ? scopeEndTypes : [...scopeEndTypes, ...joinTypes];
    },
  };
}
