import { defineProjection, when } from "../event_log/mod.ts";
import { ApiKeyIssued, ApiKeyRevoked, keyIdOf } from "./events.ts";
import { apiKeys } from "./tables.ts";

/** The keys that were issued. */
export const apiKeysProjection = defineProjection("api_keys", 1, {
  tables: [apiKeys],
  on: [
    when(ApiKeyIssued, (rows, event) => {
      const { owner } = event.metadata;
      const { position, recordedAt } = event;
      rows.insert(apiKeys, { id: keyIdOf(event), owner, position, ...event.data, createdAt: recordedAt });
    }),
    when(ApiKeyRevoked, (rows, event) => {
      rows.update(apiKeys, { id: keyIdOf(event) }, { revokedAt: event.recordedAt });
    }),
  ],
});
