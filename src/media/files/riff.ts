import { stat } from "node:fs/promises";
import { readSlice } from "./read_slice.ts";

/** The tolerance of a writer's placeholder: some add or subtract the size of the header. */
const PLACEHOLDER_SLACK = 64 * 1024;

/**
 * Returns true for a placeholder size, written by a program that could not seek back to the header: zero, or about the
 * largest number of 31 or 32 bits.
 */
export function isUnknownSize(size: number): boolean {
  if (size === 0 || size > 0xffffffff - PLACEHOLDER_SLACK) return true;
  return Math.abs(size - 2 ** 31) <= PLACEHOLDER_SLACK;
}

/**
 * Returns true for a RIFF file (AVI) that is shorter than its header declares.
 *
 * A few bytes are tolerated: some writers count a last padding byte that they do not write.
 */
export async function isRiffCut(path: string): Promise<boolean> {
  const head = await readSlice(path, 0, 8);
  if (head.length < 8) return true;
  const promised = new DataView(head.buffer, head.byteOffset).getUint32(4, true);
  return !isUnknownSize(promised) && promised > (await stat(path)).size;
}
