import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { ErrorCode } from "../../core/errors.ts";
import { createTodoWorker, type EventLog, todoQueue, type Worker } from "../../event_log/mod.ts";
import { createWorkerCommands, jobErrorOf } from "../planning/worker_commands.ts";
import { AWAITED_ARE_SETTLED, jobsAwaitingAssets } from "../tables.ts";
import { importCost } from "./costs.ts";
import type { KnownAsset } from "./resolve_assets.ts";

/** An asset of a job, with its error if it failed. */
export interface SettledAsset extends KnownAsset {
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
}

/** The dependencies of every job worker. */
export interface JobWorkerDeps {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  readonly onError: (jobId: string, error: unknown, attempt: number) => void;
}

type Todo = typeof jobsAwaitingAssets.$inferSelect;

const CONCURRENCY = 4;

/** Creates the worker that passes jobs with ready assets on to planning, and fails jobs with a failed asset. */
export function createJobAssetsWorker({
  log,
  read,
  onError,
  assetOf,
}: JobWorkerDeps & { readonly assetOf: (owner: string, assetId: string) => SettledAsset | undefined }): Worker {
  const outcomes = createWorkerCommands(log);

  return createTodoWorker<Todo>({
    name: "job assets",
    log,
    concurrency: CONCURRENCY,
    queue: todoQueue(read, jobsAwaitingAssets, { where: AWAITED_ARE_SETTLED }),
    onError: ({ jobId }, error, attempt) => onError(jobId, error, attempt),
    async perform(todo) {
      const job = await outcomes.jobOf(todo);
      const used = (job.created?.assets ?? []).map((asset) => ({
        ...asset,
        known: assetOf(todo.owner, asset.assetId),
      }));
      const lost = used.find(({ known }) => !known || known.status === "failed");
      if (lost) {
        const { code, message } = lost.known?.error ?? { code: "not_found" as const, message: "The asset was deleted" };
        await outcomes.record(todo, { do: "fail", step: "assets", error: { code, message, assetId: lost.assetId } });
        return;
      }
      const assets = used.flatMap(({ known }) => known?.facts ?? []);
      if (assets.length < used.length) throw new Error(`Cannot begin job ${todo.jobId}: an asset is pending again`);
      const cost = importCost(used.filter(({ imported }) => imported).length);
      await outcomes.record(todo, { do: "note assets ready", assets, cost });
    },
    giveUp: (todo, error) =>
      outcomes.record(todo, { do: "fail", step: "assets", error: jobErrorOf(error, "begin the job") }),
  });
}
