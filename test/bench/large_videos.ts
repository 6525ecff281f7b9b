import { open, stat } from "node:fs/promises";
import type { FolderOrigin } from "./origin.ts";

/** The size of each, in bytes; below the default limit of 100 MiB. */
export const LARGE_VIDEO_BYTES = 90_000_000;

/**
 * Puts real MP4s of 90 MB at the origin, no two alike, by a `free` box (ISO/IEC 14496-12, 8.1.2) behind a short film.
 * The boxes are holes in the files, so that a hundred videos need no room.
 */
export async function putLargeVideos(origin: FolderOrigin, count: number): Promise<string[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const name = `film_${index}.mp4`;
      const path = await origin.putFixture("h264_aac.mp4", name);
      const { size } = await stat(path);
      const box = new DataView(new ArrayBuffer(12));
      box.setUint32(0, LARGE_VIDEO_BYTES - size);
      box.setUint32(4, 0x66726565);
      box.setUint32(8, index);
      await using file = await open(path, "r+");
      await file.write(new Uint8Array(box.buffer), 0, 12, size);
      await file.truncate(LARGE_VIDEO_BYTES);
      return `${origin.url}/${name}`;
    }),
  );
}

/** The body of POST `/assets/from-url` for such a video. */
export function videoBody(url: string) {
  return { name: "Film", type: "video", url };
}
