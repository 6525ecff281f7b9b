/**
 * The render process: makes animatics and contact sheets, apart from the server's event loop and from inspections.
 *
 * @module
 */
import { Type } from "@sinclair/typebox";
import { defineHandler, serveCalls } from "../processes/mod.ts";
import { renderAnimatic } from "./animatic/render_animatic.ts";
import { renderContactSheet } from "./animatic/render_contact_sheet.ts";
import { AnimaticSpec } from "./animatic/spec.ts";
import { limitImageDecoders } from "./pictures/image_decoders.ts";

const Task = Type.Object({ spec: AnimaticSpec, outPath: Type.String() });

limitImageDecoders();

serveCalls({
  render: defineHandler(Task, ({ spec, outPath }, { signal, progress }) =>
    renderAnimatic(spec, outPath, { signal, onProgress: progress }),
  ),
  "contact sheet": defineHandler(Task, ({ spec, outPath }, { signal }) =>
    renderContactSheet(spec, outPath, { signal }),
  ),
});
