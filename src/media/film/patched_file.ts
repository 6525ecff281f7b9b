import { CustomSource } from "mediabunny";
import { ByteFile } from "../files/byte_file.ts";

/** Bytes that replace those of a file from `at`; they may lie behind its end. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** The replaced bytes and the size of a file for the container library. */
export interface Patches {
  readonly size: number;
  /** The patches in order of `at`, without overlaps. */
  readonly patches: readonly Patch[];
}

/**
 * Creates a source that reads a file with some of its bytes replaced and its end moved. The file itself stays
 * unchanged.
 */
export function patchedFile(path: string, { size, patches }: Patches): CustomSource {
  const file = new ByteFile(path);
  return new CustomSource({
    getSize: () => size,
    read(start, end) {
      const bytes = new Uint8Array(end - start);
      bytes.set(file.read(start, end - start));
      for (let i = firstAfter(patches, start); i < patches.length; i++) {
        const patch = patches[i];
        if (!patch || patch.at >= end) break;
        const from = Math.max(start, patch.at);
        const to = Math.min(end, patch.at + patch.bytes.length);
        bytes.set(patch.bytes.subarray(from - patch.at, to - patch.at), from - start);
      }
      return bytes;
    },
    dispose: () => file[Symbol.dispose](),
    prefetchProfile: "fileSystem",
  });
}

/** Returns the index of the first patch that ends behind a position. */
function firstAfter(patches: readonly Patch[], position: number): number {
  let [low, high] = [0, patches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const patch = patches[middle];
    if (patch && patch.at + patch.bytes.length <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
