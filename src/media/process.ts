/**
 * The media process: the only place where hostile bytes are parsed or decoded. Started by a {@linkcode MediaService}.
 *
 * @module
 */
import { Type } from "@sinclair/typebox";
import sharp from "sharp";
import { defineHandler, serveCalls } from "../processes/mod.ts";
import { inspectFile } from "./inspect.ts";
import { makePicture } from "./make_picture.ts";
import { limitImageDecoders } from "./pictures/image_decoders.ts";
import { makeThumbnail } from "./thumbnail.ts";

limitImageDecoders();
// Several processes already share the processors.
sharp.concurrency(1);

serveCalls({
  inspect: defineHandler(Type.Object({ path: Type.String() }), ({ path }) => inspectFile(path)),
  thumbnail: defineHandler(Type.Object({ path: Type.String(), outPath: Type.String() }), ({ path, outPath }) =>
    makeThumbnail(path, outPath),
  ),
  picture: defineHandler(Type.Object({ path: Type.String(), outPath: Type.String() }), async ({ path, outPath }) => {
    await makePicture(path, outPath);
    return null;
  }),
});
