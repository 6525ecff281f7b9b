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

/** A part of a file. */
export interface Extent {
  readonly at: number;
  readonly length: number;
}

/** A part of the presented bytes: an extent of the file, or bytes of its own. */
type Segment = Extent | Uint8Array;

/** Creates a source that reads a file with some of its bytes replaced and its end moved. The file stays unchanged. */
export function patchedFile(path: string, { size, patches }: Patches): CustomSource {
  const segments: Segment[] = [];
  let at = 0;
  for (const patch of patches) {
    if (patch.at > at) segments.push({ at, length: patch.at - at });
    segments.push(patch.bytes);
    at = patch.at + patch.bytes.length;
  }
  if (at < size) segments.push({ at, length: size - at });
  return splicedFile(path, segments);
}

/** Creates a source that presents these parts of a file as one file. */
export function splicedFile(path: string, segments: readonly Segment[]): CustomSource {
  const file = new ByteFile(path);
  const starts: number[] = [];
  let size = 0;
  for (const { length } of segments) {
    starts.push(size);
    size += length;
  }
  return new CustomSource({
    getSize: () => size,
    read(start, end) {
      const bytes = new Uint8Array(end - start);
      for (let i = indexAt(starts, start); i < segments.length; i++) {
        const [segment, at = 0] = [segments[i], starts[i]];
        if (!segment || at >= end) break;
        const [from, to] = [Math.max(start, at), Math.min(end, at + segment.length)];
        const part =
          segment instanceof Uint8Array
            ? segment.subarray(from - at, to - at)
            : file.read(segment.at + from - at, to - from);
        bytes.set(part, from - start);
      }
      return bytes;
    },
    dispose: () => file[Symbol.dispose](),
    prefetchProfile: "fileSystem",
  });
}

/** Returns the index of the last start that is not behind a position. */
function indexAt(starts: readonly number[], position: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
