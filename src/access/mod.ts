/** Access: keys, who a request is from, and what it may do. */
export { type Authorize, createAuthorize } from "./authorize.ts";
export { type IssuedKey, issueKey, type KeyRequest, revokeKey } from "./commands.ts";
export { accessEvents } from "./events.ts";
export { createKeyring, type Keyring } from "./keyring.ts";
export { apiKeysProjection } from "./projection.ts";
export { type ApiKeyQueries, type ApiKeyRow, createApiKeyQueries, statusOf } from "./queries.ts";
export { type AccessRoutesDeps, accessRoutes } from "./routes.ts";
export { SCOPES, type Scope } from "./scope.ts";
