import { stat } from "node:fs/promises";
import { readSlice } from "../head.ts";

/**
 * True for a RIFF file (WAV, AVI) whose header promises more bytes than there are.
 *
 * Zero and the largest number are what a program writes that could not go back to the header, so they promise nothing.
 * A few bytes are forgiven: some writers count a last padding byte that they do not write.
 */
export async function isRiffCut(path: string): Promise<boolean> {
  const head = await readSlice(path, 0, 8);
  if (head.length < 8) return true;
  const promised = new DataView(head.buffer, head.byteOffset).getUint32(4, true);
  if (promised === 0 || promised === 0xffffffff) return false;
  return promised > (await stat(path)).size;
}
