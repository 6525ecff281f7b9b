import type { Quotas } from "../core/quotas.ts";

/** Received bytes of running uploads by owner: on the disk, but not yet counted by an event. */
export interface UploadsUnderWay {
  /**
   * Counts an upload from now on until it is disposed of.
   *
   * @throws {AppError} `rate_limited` when too many of the owner, or of all, are under way
   */
  begin(owner: string): UploadUnderWay;
}

/** One upload that is counted. */
export interface UploadUnderWay extends Disposable {
  /** Returns the same bytes, counted as they arrive. @throws {AppError} `rate_limited` when the owner has too many */
  counted(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** Creates the counter of running uploads. */
export function createUploadsUnderWay(quotas: Pick<Quotas, "checkUploads" | "checkUploadsAtOnce">): UploadsUnderWay {
  const arrived = new Map<string, number>();
  const underWay = new Map<string, number>();
  let all = 0;

  function add(owner: string, bytes: number): number {
    const sum = (arrived.get(owner) ?? 0) + bytes;
    if (sum > 0) arrived.set(owner, sum);
    else arrived.delete(owner);
    return sum;
  }

  function count(owner: string, change: number): void {
    const own = (underWay.get(owner) ?? 0) + change;
    all += change;
    if (own > 0) underWay.set(owner, own);
    else underWay.delete(owner);
  }

  return {
    begin(owner) {
      quotas.checkUploadsAtOnce((underWay.get(owner) ?? 0) + 1, all + 1);
      count(owner, 1);
      let isOver = false;
      let own = 0;
      return {
        async *counted(source) {
          for await (const chunk of source) {
            own += chunk.byteLength;
            quotas.checkUploads(owner, add(owner, chunk.byteLength));
            yield chunk;
          }
        },
        [Symbol.dispose]() {
          if (!isOver) count(owner, -1);
          isOver = true;
          add(owner, -own);
          own = 0;
        },
      };
    },
  };
}
