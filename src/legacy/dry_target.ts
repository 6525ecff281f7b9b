import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { Value } from "@sinclair/typebox/value";
import { CampaignCreated } from "../campaigns/mod.ts";
import { openDatabase, openImmutable } from "../database/mod.ts";
import { databasePath, EventMetadata, rawEvents } from "../event_log/mod.ts";
import { createClientScopes } from "./client_scopes.ts";
import { type AnyItem, FINE, type Target } from "./import_target.ts";
import { isObject } from "./values.ts";

/**
 * Creates the target of a dry run, which writes nothing and reads the log of the data directory if there is one. It does
 * not inspect contents, so unreadable assets count as imported.
 */
export function createDryTarget(dataDir: string): Target & Disposable {
  const path = databasePath(dataDir);
  const db = openLog(path);
  const seen = new Map<string, string | null>();
  const key = (kind: string, owner: string, id: string) => JSON.stringify([kind, owner, id]);

  return {
    clientScopes: createClientScopes({
      hasClient: (owner, id) => seen.has(key("client", owner, id)),
      campaigns: {
        find(owner, id) {
          const clientId = seen.get(key("campaign", owner, id)) ?? null;
          return clientId === null ? undefined : { clientId };
        },
      },
    }),
    brandOf: () => null,
    assetOf: (owner, id) => (seen.has(key("asset", owner, id)) ? { status: "pending", facts: null } : undefined),
    async firstOf(stream) {
      const [first] = db ? rawEvents(db, { streams: [stream], limit: 1 }) : [];
      return first ? Value.Parse(EventMetadata, first.metadata) : null;
    },
    async keep(item) {
      seen.set(key(item.kind, item.owner, item.id), clientOf(item));
      return null;
    },
    async put(item) {
      seen.set(key(item.kind, item.owner, item.id), clientOf(item));
      return item.kind === "job" && item.film !== null ? { ...FINE, film: "film" } : FINE;
    },
    [Symbol.dispose]() {
      db?.close();
    },
  };

  /** Returns the client of a campaign. */
  function clientOf(item: AnyItem): string | null {
    const created =
      item.kind !== "campaign" ? undefined : item.events.find(({ type }) => type === CampaignCreated.type);
    const clientId = isObject(created?.data) ? created.data.clientId : null;
    return typeof clientId === "string" ? clientId : null;
  }
}

/** Opens the log; a file without a write-ahead log is opened immutable, so that no file is created next to it. */
function openLog(path: string): Database | null {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null;
  const hasWal = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  return hasWal ? openDatabase(path, { readonly: true }) : openImmutable(path);
}
