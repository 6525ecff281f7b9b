/**
 * The media process: the only place where hostile bytes meet a parser or decoder. Started by a {@linkcode MediaService}.
 *
 * @module
 */
import { Type } from "@sinclair/typebox";
import sharp from "sharp";
import { defineHandler, serveCalls } from "../processes/mod.ts";
import { inspectFile } from "./inspect.ts";
import { makeThumbnail } from "./thumbnail.ts";

/** The decoders of ours; libvips brings many more, and each is a way in. */
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Svg"].map((name) => `VipsForeignLoad${name}`);

sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: LOADERS });
// Nothing is read twice, and two processes share the processors already.
sharp.cache(false);
sharp.concurrency(1);

serveCalls({
  inspect: defineHandler(Type.Object({ path: Type.String() }), ({ path }) => inspectFile(path)),
  thumbnail: defineHandler(Type.Object({ path: Type.String(), outPath: Type.String() }), ({ path, outPath }) =>
    makeThumbnail(path, outPath),
  ),
});
