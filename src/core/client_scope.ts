/** The client and campaign that a request names; absent and null are none. */
export interface ClientScope {
  readonly clientId?: string | null | undefined;
  readonly campaignId?: string | null | undefined;
}

/** A client scope that was checked: everything in a campaign is also in the campaign's client. */
export interface CheckedClientScope {
  readonly clientId: string | null;
  readonly campaignId: string | null;
}

/** Everything of one client, or of one campaign. */
export type ClientOrCampaign = { readonly clientId: string } | { readonly campaignId: string };

/**
 * Checks that the owner has the client and the campaign, and that the campaign is one of the client.
 *
 * It only reads, and at once: called right before an append, nothing can come in between.
 *
 * @param options.at the field of the body that holds the two ids, e.g. `context`
 * @throws {AppError} `validation_failed` with the path of each that is wrong
 */
export type CheckClientScope = (
  owner: string,
  place: ClientScope,
  options?: { readonly at?: string },
) => CheckedClientScope;
