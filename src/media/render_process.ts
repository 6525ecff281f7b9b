/**
 * The render process: makes animatics, their sound and contact sheets, apart from the server's event loop and from inspections.
 *
 * @module
 */
import { Type } from "@sinclair/typebox";
import { AppError } from "../core/errors.ts";
import { asUnavailable } from "../core/shortage.ts";
import { defineHandler, serveCalls } from "../processes/mod.ts";
import { renderAnimatic } from "./animatic/render_animatic.ts";
import { renderContactSheet } from "./animatic/render_contact_sheet.ts";
import { mixSound } from "./animatic/sound/mix_sound.ts";
import { SoundSpec } from "./animatic/sound/sound_spec.ts";
import { AnimaticSpec } from "./animatic/spec.ts";
import { limitImageDecoders } from "./pictures/image_decoders.ts";

const Films = Type.Object({ spec: AnimaticSpec, outPaths: Type.Record(Type.String(), Type.String()) });
const Mix = Type.Object({
  spec: SoundSpec,
  outPaths: Type.Object({ voice: Type.String(), music: Type.String(), mix: Type.String(), soundtrack: Type.String() }),
  scratchPath: Type.String(),
});
const Sheet = Type.Object({ spec: AnimaticSpec, outPath: Type.String() });

limitImageDecoders();

serveCalls({
  render: defineHandler(Films, async ({ spec, outPaths }, { signal, progress }) => {
    const onProgress = (output: string, fraction: number) => progress({ output, fraction });
    const { outputs } = await renderAnimatic(spec, outPaths, { signal, onProgress });
    return {
      outputs: outputs.map((output) => ("error" in output ? { id: output.id, failed: textOf(output.error) } : output)),
    };
  }),
  mix: defineHandler(Mix, ({ spec, outPaths, scratchPath }, { signal }) =>
    mixSound(spec, outPaths, { scratchPath, signal }),
  ),
  "contact sheet": defineHandler(Sheet, ({ spec, outPath }, { signal }) =>
    renderContactSheet(spec, outPath, { signal }),
  ),
});

function textOf(thrown: unknown): { code: string; message: string } {
  // A shortage of the machine is no verdict on the storyboard.
  const error = asUnavailable(thrown, "render the video");
  return error instanceof AppError
    ? { code: error.code, message: error.message }
    : { code: "internal", message: String(error) };
}
