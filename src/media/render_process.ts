/**
 * The render process: makes animatics and contact sheets, apart from the server's event loop and from inspections.
 *
 * @module
 */
import { Type } from "@sinclair/typebox";
import { OneOf } from "../core/schema_kit.ts";
import { defineHandler, serveCalls } from "../processes/mod.ts";
import { renderAnimatic } from "./animatic/render_animatic.ts";
import { renderContactSheet } from "./animatic/render_contact_sheet.ts";
import { TRANSITIONS } from "./animatic/transition.ts";
import { limitImageDecoders } from "./pictures/image_decoders.ts";

const Asset = Type.Object({
  path: Type.String(),
  kind: Type.Union([Type.Literal("image"), Type.Literal("video"), Type.Literal("audio")]),
  format: Type.String(),
  animation: Type.Optional(Type.String()),
});

const Spec = Type.Object({
  format: Type.Union([Type.Literal("16:9"), Type.Literal("9:16"), Type.Literal("1:1")]),
  resolution: Type.Union([Type.Literal("480p"), Type.Literal("720p"), Type.Literal("1080p")]),
  fps: Type.Literal(24),
  scenes: Type.Array(
    Type.Object({
      sceneNumber: Type.Integer(),
      durationTenths: Type.Integer(),
      script: Type.String(),
      description: Type.String(),
      shotType: Type.String(),
      transition: OneOf(TRANSITIONS),
      assets: Type.Array(Asset),
    }),
  ),
  callToAction: Type.String(),
  product: Type.String(),
  brand: Type.Optional(
    Type.Object({ colors: Type.Optional(Type.Array(Type.String())), tone: Type.Optional(Type.String()) }),
  ),
  audio: Type.Optional(Type.Union([Type.Object({ path: Type.String() }), Type.Null()])),
});

const Task = Type.Object({ spec: Spec, outPath: Type.String() });

limitImageDecoders();

serveCalls({
  render: defineHandler(Task, ({ spec, outPath }, { signal, progress }) =>
    renderAnimatic(spec, outPath, { signal, onProgress: progress }),
  ),
  "contact sheet": defineHandler(Task, ({ spec, outPath }, { signal }) =>
    renderContactSheet(spec, outPath, { signal }),
  ),
});
