import { isOwnerName, LOCAL } from "../core/identity.ts";
import type { OldTables } from "./old_tables.ts";
import { idOf, textOf } from "./values.ts";

/** Whom the things of the old file belong to here. */
export interface Owners {
  /** Every owner that a user of the old file became, in the order of the table. */
  readonly names: readonly string[];
  /** The owner of an old `user_id`; null for one that is missing or names nobody. */
  ofUser(userId: unknown): string | null;
  /** The owner of what belongs to no user. */
  readonly fallback: string;
}

/**
 * Makes owners of the old users: each is named as its `username`, so that a key that is issued for that name opens
 * what the user had. A user without one, with one that cannot be an owner, or with one that another user has already,
 * is `user-<id>`: two people must never become one.
 *
 * What belongs to no user goes to the only user there is, else to `local`, the owner of an open server. A file without
 * users is `local`'s.
 *
 * @param only when given, everything belongs to this owner
 */
export function readOwners(tables: OldTables, only: string | undefined): Owners {
  if (only !== undefined) return { names: [only], ofUser: () => only, fallback: only };
  const owners = new Map<string, string>();
  const taken = new Set<string>([LOCAL.owner]);
  for (const rowid of tables.rowids("users", ["created_at"])) {
    const row = tables.row("users", rowid, ["id", "username"]);
    const id = idOf(row.id);
    if (id === null || owners.has(id)) continue;
    const name = textOf(row.username)?.trim() ?? "";
    const owner = isOwnerName(name) && !taken.has(name) ? name : plainOwner(id);
    taken.add(owner);
    owners.set(id, owner);
  }
  const names = owners.size === 0 ? [LOCAL.owner] : [...owners.values()];
  const [single] = names;
  return {
    names,
    ofUser: (userId) => owners.get(idOf(userId) ?? "") ?? null,
    fallback: names.length === 1 && single !== undefined ? single : LOCAL.owner,
  };
}

/** Of the id alone, so that every run makes the same of it. */
function plainOwner(id: string): string {
  const owner = `user-${id}`;
  return isOwnerName(owner) ? owner : `user-${new Bun.CryptoHasher("sha256").update(id).digest("hex").slice(0, 16)}`;
}
