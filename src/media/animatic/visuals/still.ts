import { aimed, calmed, closestZoom } from "./camera.ts";
import { fitOf, imagePlate, readPicture } from "./picture.ts";
import type { Point } from "./subject.ts";
import { type Footage, stillVisual } from "./visual.ts";

/**
 * Opens an image asset under a moving camera, which looks at its subject.
 *
 * @throws the decoder's error for a file that is no readable image
 */
export async function openStill(path: string, focus?: Point): Promise<Footage> {
  const picture = await readPicture(path, focus);
  return {
    size: picture.size,
    isCutOut: picture.isCutOut,
    fills: (frame) => picture.isCutOut || fitOf(picture.size, frame, picture.subject) === "cover",
    async visual({ frame, frames, palette, move, ease, area }) {
      const scale = closestZoom(move);
      const size = { width: frame.width * scale, height: frame.height * scale };
      const plate = await imagePlate(picture, size, {
        palette,
        ...(area && {
          area: { x: area.x * scale, y: area.y * scale, width: area.width * scale, height: area.height * scale },
        }),
      });
      // A cut-out stays in its area, so the camera moves around the middle of the frame.
      const way = plate.isPortrait ? calmed(move) : move;
      const path = picture.isCutOut ? way : aimed(way, plate.focus);
      return stillVisual(plate, path, { frame, frames, ease, focus: focus && plate.focus });
    },
    close() {},
  };
}
