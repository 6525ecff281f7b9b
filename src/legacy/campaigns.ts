import { CAMPAIGN_STATUSES, type CampaignDetails, campaignDecider, campaignStream } from "../campaigns/mod.ts";
import { withRest } from "./clients.ts";
import { decideAll } from "./decide_all.ts";
import { NotImportable, type PlainItem, timesOf } from "./item.ts";
import { lineOf } from "./names.ts";
import type { OldRow } from "./old_tables.ts";
import { idOf, isObject, type JsonObject, jsonOf, textOf } from "./values.ts";

/** The columns of the old table that are read; older files lack some. */
export const CAMPAIGN_COLUMNS = [
  "id",
  "client_id",
  "user_id",
  "name",
  "goal",
  "status",
  "product_url",
  "brief",
  "metadata",
  "created_at",
  "updated_at",
] as const;

/** Statuses of the old backend for a campaign that has ended. */
const OVER = ["archived", "completed", "complete", "ended", "finished", "paused", "inactive", "closed"];

/**
 * Reads a campaign of the old file.
 *
 * @param hasClient whether the owner has the client
 * @throws {NotImportable}
 */
export function readCampaign(row: OldRow, owner: string, hasClient: (clientId: string) => boolean): PlainItem {
  const id = idOf(row.id);
  if (id === null) throw new NotImportable("its id cannot be used");
  const clientId = idOf(row.client_id);
  if (clientId === null) throw new NotImportable("it names no client");
  if (!hasClient(clientId)) throw new NotImportable(`its owner has no client ${clientId}`);
  const { status, isKnown } = readStatus(row.status);
  const campaign = {
    clientId,
    name: lineOf(row.name) ?? `Campaign ${id}`,
    goal: textOf(row.goal),
    status,
    productUrl: textOf(row.product_url),
    brief: readBrief(row.brief),
    metadata: withRest(row.metadata, isKnown ? {} : { status: textOf(row.status) }),
  };
  const notes = isKnown ? [] : [`its status '${textOf(row.status)}' became ${status}`];
  const events = decideAll(campaignDecider, id, [{ do: "create", details: campaign }]);
  const times = timesOf(row.created_at, row.updated_at);
  return { kind: "campaign", id, owner, stream: campaignStream(id), times, notes, events };
}

/** Reads a brief; one that is not an object becomes `{ text }`. */
function readBrief(column: unknown): JsonObject | null {
  const { value } = jsonOf(column);
  if (isObject(value)) return value;
  const text = textOf(column);
  return text === null || text === "null" ? null : { text };
}

function readStatus(column: unknown): { status: CampaignDetails["status"]; isKnown: boolean } {
  const old = textOf(column)?.trim().toLowerCase() ?? null;
  const same = CAMPAIGN_STATUSES.find((status) => status === old);
  if (same !== undefined) return { status: same, isKnown: true };
  return { status: old !== null && OVER.includes(old) ? "archived" : "draft", isKnown: old === null };
}
