import { and, asc, eq, getTableColumns, min, sql } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { Turns } from "../event_log/mod.ts";
import { assets, assetsToIngest } from "./tables.ts";

/** `type` is what the asset was asked to be; null for whatever it is. */
export type IngestTodo = typeof assetsToIngest.$inferSelect & Pick<typeof assets.$inferSelect, "type">;

/** How the work is shared. */
export interface IngestTurnsOptions {
  readonly concurrency: number;
  /** How many imports of one owner may run at once. */
  readonly atOnce: () => number;
}

/**
 * Lets owners take turns: each free place goes to the owner who has the fewest imports running, and of those to who got
 * one longest ago. So one who asks for a thousand does not hold up one who asks for one.
 */
export function ingestTurns(read: BunSQLiteDatabase, { concurrency, atOnce }: IngestTurnsOptions): Turns<IngestTodo> {
  const { owner, position, assetId } = assetsToIngest;

  // Asked at every commit, so compiled once.
  const oldestOf = read
    .select({ ...getTableColumns(assetsToIngest), type: assets.type })
    .from(assetsToIngest)
    .innerJoin(assets, eq(assets.id, assetId))
    .where(eq(owner, sql.placeholder("owner")))
    .orderBy(asc(position))
    .limit(sql.placeholder("limit"))
    .prepare();
  const same = read
    .select({ position })
    .from(assetsToIngest)
    .where(and(eq(assetId, sql.placeholder("assetId")), eq(position, sql.placeholder("position"))))
    .prepare();
  const waitingOwners = read
    .select({ owner, oldest: min(position) })
    .from(assetsToIngest)
    .groupBy(owner)
    .prepare();

  /** When each owner who waits got a place, by count. */
  const turnOf = new Map<string, number>();
  let turns = 0;

  return {
    isDue: (todo) => same.get({ assetId: todo.assetId, position: todo.position }) !== undefined,
    next({ inHand, resting }) {
      const held = [...inHand, ...resting];
      const isHeld = (todo: IngestTodo) =>
        held.some((one) => one.assetId === todo.assetId && one.position === todo.position);
      const running = Map.groupBy(inHand, (todo) => todo.owner);
      const waiting = waitingOwners.all();
      const queues: Queue[] = waiting
        .sort((a, b) => (turnOf.get(a.owner) ?? 0) - (turnOf.get(b.owner) ?? 0) || (a.oldest ?? 0) - (b.oldest ?? 0))
        .map(({ owner: of }) => ({ of, running: running.get(of)?.length ?? 0, todos: undefined }));
      const chosen: IngestTodo[] = [];
      const present = new Set(queues.map(({ of }) => of));
      for (const of of turnOf.keys()) if (!present.has(of)) turnOf.delete(of);
      while (inHand.length + chosen.length < concurrency) {
        const free = queues.filter((queue) => queue.running < atOnce() && queue.todos?.length !== 0);
        const fewest = Math.min(...free.map((queue) => queue.running));
        const turn = free.find((queue) => queue.running === fewest);
        if (!turn) break;
        // What is held stays at the head of its owner's queue and must hide nothing behind it.
        turn.todos ??= oldestOf
          .all({ owner: turn.of, limit: concurrency + held.length })
          .filter((todo) => !isHeld(todo));
        const todo = turn.todos.shift();
        if (!todo) continue;
        chosen.push(todo);
        turn.running++;
        turnOf.set(turn.of, ++turns);
      }
      return chosen;
    },
  };
}

interface Queue {
  readonly of: string;
  running: number;
  /** Undefined until its turn comes. */
  todos: IngestTodo[] | undefined;
}
