import type { Quotas } from "../core/quotas.ts";

/** What has arrived of the uploads that are not over, by owner: bytes on the disk that no event counts yet. */
export interface UploadsUnderWay {
  /** Counts an upload from now on until it is disposed of. */
  begin(owner: string): UploadUnderWay;
}

/** One upload that is counted. */
export interface UploadUnderWay extends Disposable {
  /** The same bytes, counted as they arrive. @throws {AppError} `rate_limited` when all of the owner's are too many */
  counted(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** Counts by the quotas of a server. */
export function createUploadsUnderWay(quotas: Pick<Quotas, "checkUploads">): UploadsUnderWay {
  const arrived = new Map<string, number>();

  function add(owner: string, bytes: number): number {
    const sum = (arrived.get(owner) ?? 0) + bytes;
    if (sum > 0) arrived.set(owner, sum);
    else arrived.delete(owner);
    return sum;
  }

  return {
    begin(owner) {
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
          add(owner, -own);
          own = 0;
        },
      };
    },
  };
}
