import type { CheckedClientScope } from "../core/client_scope.ts";
import type { OldRow } from "./old_tables.ts";
import { idOf } from "./values.ts";

/** Client scopes of old rows, limited to clients and campaigns of the same owner as in any request. */
export interface ClientScopes {
  hasClient(owner: string, clientId: string): boolean;
  /**
   * Returns the scope of a row, without clients and campaigns that its owner does not have; each omission is a note.
   */
  scopeOf(owner: string, row: OldRow): { readonly scope: CheckedClientScope; readonly notes: readonly string[] };
}

/** Lookups of the imported clients and campaigns. */
export interface ClientScopesDeps {
  readonly hasClient: (owner: string, clientId: string) => boolean;
  readonly campaigns: { find(owner: string, id: string): { readonly clientId: string } | undefined };
}

/** Creates the client scopes over the read tables. */
export function createClientScopes({ hasClient, campaigns }: ClientScopesDeps): ClientScopes {
  return {
    hasClient,
    scopeOf(owner, { client_id, campaign_id }) {
      const clientId = idOf(client_id);
      const campaignId = idOf(campaign_id);
      const notes: string[] = [];
      const known = clientId !== null && hasClient(owner, clientId) ? clientId : null;
      if (known !== clientId) notes.push(`its owner has no client ${clientId}`);
      const campaign = campaignId === null ? undefined : campaigns.find(owner, campaignId);
      const fits = campaign !== undefined && (known === null || campaign.clientId === known);
      if (campaignId !== null && !fits) {
        notes.push(`${campaign ? "its client" : "its owner"} has no campaign ${campaignId}`);
      }
      const scope = fits ? { clientId: campaign.clientId, campaignId } : { clientId: known, campaignId: null };
      return { scope, notes };
    },
  };
}
