/** Access: keys, the identity of a request, and its permissions. */
export { type Authorize, createAuthorize } from "./authorize.ts";
export { boundedLog, historyFull } from "./bounded_log.ts";
export { issueKey, revokeKey } from "./commands.ts";
export { unauthorized } from "./credentials.ts";
export { createKeyring, type Keyring } from "./keyring.ts";
export { createLimits } from "./limits.ts";
export { createQuotas } from "./owner_quotas.ts";
export { type ApiKeyQueries, type ApiKeyRow, createApiKeyQueries, statusOf } from "./queries.ts";
export { type AccessRoutesDeps, accessRoutes } from "./routes.ts";
export { SCOPES, type Scope } from "./scope.ts";
export { createLink } from "./signed_link.ts";
export type { OwnerOf } from "./signed_read.ts";
export { createSigner } from "./signer.ts";
export { MIN_SECRET_LENGTH, type SigningSecrets, signingSecretsIn } from "./signing_secrets.ts";
export { accessSlice } from "./slice.ts";
