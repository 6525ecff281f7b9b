import type { ErrorCode } from "../../core/errors.ts";
import { todoQueue, type Worker } from "../../event_log/mod.ts";
import { createJobWorker, type JobWorkerDeps, jobErrorOf } from "../job_worker.ts";
import { AWAITED_ARE_SETTLED, jobsAwaitingAssets } from "../tables.ts";
import { importCost } from "./costs.ts";
import type { KnownAsset } from "./resolve_assets.ts";

/** An asset of a job, with its error if it failed. */
export interface SettledAsset extends KnownAsset {
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
}

const CONCURRENCY = 4;

/** Creates the worker that passes jobs with ready assets on to planning, and fails jobs with a failed asset. */
export function createJobAssetsWorker({
  assetOf,
  ...deps
}: JobWorkerDeps & { readonly assetOf: (owner: string, assetId: string) => SettledAsset | undefined }): Worker {
  return createJobWorker(deps, {
    name: "job assets",
    concurrency: CONCURRENCY,
    queue: todoQueue(deps.read, jobsAwaitingAssets, { where: AWAITED_ARE_SETTLED }),
    async perform({ owner, jobId }, { job, record }) {
      const used = (job.created?.assets ?? []).map((asset) => ({ ...asset, known: assetOf(owner, asset.assetId) }));
      const lost = used.find(({ known }) => !known || known.status === "failed");
      if (lost) {
        const { code, message } = lost.known?.error ?? { code: "not_found" as const, message: "The asset was deleted" };
        await record({ do: "fail", step: "assets", error: { code, message, assetId: lost.assetId } });
        return;
      }
      const assets = used.flatMap(({ known }) => known?.facts ?? []);
      if (assets.length < used.length) throw new Error(`Cannot begin job ${jobId}: an asset is pending again`);
      const cost = importCost(used.filter(({ imported }) => imported).length);
      await record({ do: "note assets ready", assets, cost });
    },
    failed: (_todo, error) => ({ do: "fail", step: "assets", error: jobErrorOf(error, "begin the job") }),
  });
}
