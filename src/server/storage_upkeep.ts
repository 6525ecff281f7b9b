import type { Logger } from "pino";
import { type BlobStore, emptyTrash, sweepOrphans } from "../blobs/mod.ts";
import type { Config } from "../config.ts";
import type { Store } from "../event_log/mod.ts";

/** The dependencies of the upkeep. */
export interface StorageUpkeepDeps extends Pick<Store, "reserve"> {
  readonly config: Pick<Config, "trashMs" | "trashBytes">;
  readonly logger: Logger;
  readonly blobs: BlobStore;
}

/** The upkeep of the stored contents. */
export interface StorageUpkeep {
  /** Trashes unneeded contents and purges the trash. Only while no other process writes contents. */
  sweep(): Promise<void>;
  /** Sweeps every hour. While the disk is nearly full, empties the trash early; restores the reserve once there is room. */
  start(): Disposable;
}

const SWEEP_EVERY_MS = 3_600_000;
const LOOK_AT_DISK_EVERY_MS = 1_000;

/** Creates the upkeep, not yet started. */
export function createStorageUpkeep({ config, logger, blobs, reserve }: StorageUpkeepDeps): StorageUpkeep {
  const { trashMs, trashBytes } = config;
  let isEmptying = false;

  async function sweep(): Promise<void> {
    const swept = await sweepOrphans({ blobs, trashMs, trashBytes, olderThanMs: 0 });
    const { putBack, ...removed } = swept;
    if (putBack > 0) logger.warn(swept, "contents that the log needs were in the trash and are back");
    if (Object.values(removed).some((count) => count > 0)) logger.info(swept, "unneeded contents were removed");
  }

  async function emptyEarly(): Promise<void> {
    const emptied = await emptyTrash({ blobs, trashMs: 0 });
    if (emptied.erased > 0) logger.warn(emptied, "the disk is full: the trash was emptied early");
  }

  function lookAtDisk(): void {
    if (!reserve.isLow()) {
      reserve.refill();
      return;
    }
    if (isEmptying) return;
    isEmptying = true;
    emptyEarly()
      .catch((err: unknown) => logger.error({ err }, "the trash could not be emptied"))
      .finally(() => {
        isEmptying = false;
        reserve.refill();
      });
  }

  return {
    sweep,
    start() {
      const sweeping = setInterval(() => {
        sweep().catch((err: unknown) => logger.error({ err }, "the orphan sweep failed"));
      }, SWEEP_EVERY_MS);
      const looking = setInterval(lookAtDisk, LOOK_AT_DISK_EVERY_MS);
      return {
        [Symbol.dispose]() {
          clearInterval(sweeping);
          clearInterval(looking);
        },
      };
    },
  };
}
