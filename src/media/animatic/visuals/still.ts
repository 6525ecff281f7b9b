import { calmed, closestZoom } from "./camera.ts";
import { imagePlate, readPicture } from "./picture.ts";
import { type Footage, stillVisual } from "./visual.ts";

/**
 * Opens an image asset under a moving camera.
 *
 * @throws the decoder's error for a file that is no readable image
 */
export async function openStill(path: string): Promise<Footage> {
  const picture = await readPicture(path);
  return {
    async visual({ frame, frames, palette, move }) {
      const scale = closestZoom(move);
      const plate = await imagePlate(picture, { width: frame.width * scale, height: frame.height * scale }, palette);
      return stillVisual(plate, plate.isPortrait ? calmed(move) : move, { frame, frames });
    },
    close() {},
  };
}
