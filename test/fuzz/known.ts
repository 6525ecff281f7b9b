import fc from "fast-check";

/** The ids of things that a server has made, so that requests can name existing ones. */
export interface Known {
  /** Keeps an id, a cursor or an ETag. */
  add(kind: Kind, value: string): void;
  /** An id that names nothing any more. */
  forget(value: string): void;
  /** Puts what is known in the place of every token of a text. */
  resolve(text: string): string;
}

/** The kinds of things that a request can name. */
export type Kind = "assets" | "clients" | "campaigns" | "jobs" | "videos" | "scenes" | "cursors" | "etags";

const TOKEN = /~(assets|clients|campaigns|jobs|videos|scenes|cursors|etags):(\d+)~/g;
/** As many of each kind are remembered: enough to meet each other, few enough to be met again. */
const MOST = 24;

/** Nothing is known yet. */
export function createKnown(): Known {
  const pools = new Map<string, string[]>();
  return {
    add(kind, value) {
      const pool = pools.get(kind) ?? [];
      pools.set(kind, pool);
      if (pool.includes(value)) return;
      pool.push(value);
      // The oldest goes: much of what is old has been deleted by another request.
      if (pool.length > MOST) pool.shift();
    },
    forget(value) {
      for (const pool of pools.values()) {
        const index = pool.indexOf(value);
        if (index >= 0) pool.splice(index, 1);
      }
    },
    resolve(text) {
      return text.replace(TOKEN, (token, kind: string, index: string) => {
        const pool = pools.get(kind) ?? [];
        return pool[Number(index) % Math.max(pool.length, 1)] ?? token;
      });
    },
  };
}

/** A token in the place of something that is there: drawn before the server has made it, so that runs repeat. */
export function known(kind: Kind): fc.Arbitrary<string> {
  return fc.nat(MOST - 1).map((index) => `~${kind}:${index}~`);
}
