import { isOwnerName, LOCAL } from "../core/identity.ts";
import type { OldTables } from "./old_tables.ts";
import { idOf, textOf } from "./values.ts";

/** Owners of the old file's rows. */
export interface Owners {
  /** Every owner that a user of the old file became, in the order of the table. */
  readonly names: readonly string[];
  /** Returns the owner of an old `user_id`; null when it is missing or unknown. */
  ofUser(userId: unknown): string | null;
  /** The owner of rows without a user. */
  readonly fallback: string;
}

/**
 * Maps the old users to owners of the same name. A user whose `username` is missing, unusable or taken by another user
 * becomes `user-<id>`, so that two people never share an owner.
 *
 * Rows without a user go to the only user, or to `local`, the owner of an open server, if there are several or none.
 *
 * @param only the owner of everything, if given
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

/** Derives an owner from the id alone, so that every run gives the same one. */
function plainOwner(id: string): string {
  const owner = `user-${id}`;
  return isOwnerName(owner) ? owner : `user-${new Bun.CryptoHasher("sha256").update(id).digest("hex").slice(0, 16)}`;
}
