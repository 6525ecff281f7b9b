import { timingSafeEqual } from "node:crypto";
import type { EventLog } from "../event_log/mod.ts";
import { accessEnded } from "./credentials.ts";
import { accessEvents } from "./events.ts";
import { digestOfKey, isKey } from "./key.ts";
import { type ApiKeyQueries, type ApiKeyRow, statusOf } from "./queries.ts";

/** A valid key. */
export interface HeldKey {
  readonly row: ApiKeyRow;
  /** Aborts when the key is revoked or expires, with the error for requests under way. */
  readonly ends: AbortSignal;
}

/** The keys of a running server, in step with the log, also when another process issues or revokes one. */
export interface Keyring extends Disposable {
  /** True until the first key is issued; then false for good, also when all are revoked. */
  readonly isOpen: boolean;
  /** Aborts when the first key is issued, with the error for requests under way. */
  readonly openEnds: AbortSignal;
  /** Finds the key of a text; undefined for one that is unknown, revoked or expired. */
  find(text: string): HeldKey | undefined;
}

/** Dependencies of the keyring. */
export interface KeyringDeps {
  readonly log: EventLog;
  readonly queries: ApiKeyQueries;
  readonly now?: () => Date;
}

interface Entry extends HeldKey {
  readonly digest: Uint8Array;
  /** The expiry in milliseconds since 1970; null for none. */
  readonly expiresAt: number | null;
  readonly controller: AbortController;
}

/** The longest delay that a timer supports, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Creates the keyring: it reads the keys, and again after each commit that concerns one. */
export function createKeyring({ log, queries, now = () => new Date() }: KeyringDeps): Keyring {
  const open = new AbortController();
  let isOpen = true;
  const entries = new Map<string, Entry>();
  const concerns = new Set<string>(accessEvents.map(({ type }) => type));
  let timer: Timer | undefined;

  function load(): void {
    const rows = queries.all();
    const at = now();
    if (rows.length > 0 && isOpen) {
      isOpen = false;
      open.abort(accessEnded("an API key is issued, and from now on every request needs one"));
    }
    const valid = new Map(rows.filter((row) => statusOf(row, at) === "valid").map((row) => [row.hash, row]));
    for (const [hash, { controller }] of entries) {
      if (valid.has(hash)) continue;
      entries.delete(hash);
      controller.abort(accessEnded("the API key has been revoked or has expired"));
    }
    for (const [hash, row] of valid) {
      if (entries.has(hash)) continue;
      const controller = new AbortController();
      const expiresAt = row.expiresAt === null ? null : Date.parse(row.expiresAt);
      entries.set(hash, { row, digest: Uint8Array.fromHex(hash), expiresAt, controller, ends: controller.signal });
    }
    wakeAtNextExpiry(at);
  }

  function wakeAtNextExpiry(at: Date): void {
    clearTimeout(timer);
    const expiries = [...entries.values()].flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]));
    if (expiries.length === 0) return;
    const next = Math.min(...expiries);
    timer = setTimeout(load, Math.min(Math.max(next - at.getTime(), 1), LONGEST_TIMER_MS));
    timer.unref();
  }

  /** Finds a key that another process has just issued, before its commit is noticed. */
  function isJustIssued(hash: string): boolean {
    const row = queries.findByHash(hash);
    return row !== undefined && statusOf(row, now()) === "valid";
  }

  // Before the first read, so that no commit is missed in between.
  const unsubscribe = log.subscribe((events) => {
    if (events.some(({ type }) => concerns.has(type))) load();
  });
  load();

  return {
    get isOpen() {
      return isOpen;
    },
    openEnds: open.signal,
    find(text) {
      const digest = digestOfKey(text);
      const hash = digest.toHex();
      if (!entries.has(hash) && isKey(text) && isJustIssued(hash)) load();
      const entry = entries.get(hash);
      if (!entry || !timingSafeEqual(digest, entry.digest)) return undefined;
      // A revoked key has no entry; an expiry's timer may be late.
      return entry.expiresAt === null || entry.expiresAt > now().getTime() ? entry : undefined;
    },
    [Symbol.dispose]() {
      unsubscribe();
      clearTimeout(timer);
    },
  };
}
