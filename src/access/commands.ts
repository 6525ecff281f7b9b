import { AppError } from "../core/errors.ts";
import { isOwnerName } from "../core/identity.ts";
import { type EventLog, execute } from "../event_log/mod.ts";
import { keyDecider } from "./decide.ts";
import { keyStream } from "./events.ts";
import { hashOfKey, newKey } from "./key.ts";
import type { ApiKeyQueries } from "./queries.ts";
import type { Scope } from "./scope.ts";

/** The attributes of a new key. */
export interface KeyRequest {
  readonly owner: string;
  readonly label: string | null;
  readonly scope: Scope;
  readonly expiresAt: Date | null;
}

/** A key that was just issued; it cannot be shown again. */
export interface IssuedKey {
  readonly id: string;
  readonly key: string;
}

const CLI = "cli";

/**
 * Issues a key.
 *
 * @throws {AppError} `bad_request` for an invalid owner or label
 */
export async function issueKey(log: EventLog, { owner, label, scope, expiresAt }: KeyRequest): Promise<IssuedKey> {
  if (!isOwnerName(owner)) {
    throw new AppError(
      "bad_request",
      "Cannot issue a key: the owner must be 1 to 100 letters, digits and . _ @ -, and begin with a letter or digit",
    );
  }
  if (label !== null && !/^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u.test(label)) {
    throw new AppError("bad_request", "Cannot issue a key: the label must be one line of 1 to 100 characters");
  }
  const id = Bun.randomUUIDv7();
  const key = newKey();
  await execute(
    { do: "issue", key: { hash: hashOfKey(key), label, scope, expiresAt: expiresAt?.toISOString() ?? null } },
    { log, decider: keyDecider, stream: keyStream(id), id, metadata: { owner, actor: CLI } },
  );
  return { id, key };
}

/**
 * Revokes a key; a revoked key stays revoked.
 *
 * @throws {AppError} `not_found`
 */
export async function revokeKey(log: EventLog, queries: ApiKeyQueries, id: string): Promise<void> {
  const { owner = "" } = queries.find(id) ?? {};
  const metadata = { owner, actor: CLI };
  await execute({ do: "revoke" }, { log, decider: keyDecider, stream: keyStream(id), id, metadata });
}
