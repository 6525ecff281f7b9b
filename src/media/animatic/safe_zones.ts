import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { OneOf } from "../../core/schema_kit.ts";
import { PLATFORMS, type Platform, VIDEO_FORMATS, type VideoFormat } from "../video_shape.ts";
import type { Box, Size } from "./layout.ts";
import table from "./safe_zones.json";

const Pixels = Type.Integer({ minimum: 0 });

/** The table of the parts of a frame that the buttons and texts of platforms cover. */
const SafeZones = Type.Object({
  /** The day on which the sources were read. */
  date: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
  zones: Type.Array(
    Type.Object({
      platform: OneOf(PLATFORMS),
      format: OneOf(VIDEO_FORMATS),
      /** The frame to which the insets refer: width and height in pixels. */
      of: Type.Tuple([Pixels, Pixels]),
      insets: Type.Object({ top: Pixels, right: Pixels, bottom: Pixels, left: Pixels }),
      source: Type.String({ minLength: 1 }),
    }),
  ),
});

const { zones } = Value.Decode(SafeZones, table);

/**
 * Returns the part of a frame that stays clear on a platform: texts and logos stand inside it. A platform without a
 * row for the format has the generic one.
 */
export function safeZone(size: Size, { format, platform }: { format: VideoFormat; platform: Platform }): Box {
  const rows = zones.filter((zone) => zone.format === format);
  const zone = rows.find((row) => row.platform === platform) ?? rows.find((row) => row.platform === "generic");
  if (!zone) throw new RangeError(`Cannot lay out a video: the table of safe zones lacks ${format}`);
  const { of, insets } = zone;
  const [scaleX, scaleY] = [size.width / of[0], size.height / of[1]];
  // Rounded inwards.
  const [x, y] = [Math.ceil(insets.left * scaleX), Math.ceil(insets.top * scaleY)];
  return {
    x,
    y,
    width: Math.floor(size.width - insets.right * scaleX) - x,
    height: Math.floor(size.height - insets.bottom * scaleY) - y,
  };
}
