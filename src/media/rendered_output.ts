import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError, isErrorCode } from "../core/errors.ts";
import { shownText } from "../processes/mod.ts";
import { frameSize } from "./animatic/layout.ts";
import type { AnimaticSpec } from "./animatic/spec.ts";
import { FPS, timeline, totalFrames } from "./animatic/timeline.ts";
import { mediaFailures } from "./media_errors.ts";

const RenderedVideo = Type.Object({
  id: Type.String(),
  /** Pixels. */
  width: Type.Integer(),
  /** Pixels. */
  height: Type.Integer(),
  durationSeconds: Type.Number(),
  warnings: Type.Array(
    Type.Object({ sceneNumber: Type.Union([Type.Integer(), Type.Null()]), message: Type.String() }),
    { maxItems: 1000 },
  ),
});
/** The result of an output's render, apart from the file. */
export type RenderedVideo = Static<typeof RenderedVideo>;

/** The result of an output that could not be made, while others could. */
export interface FailedVideo {
  readonly id: string;
  readonly error: AppError;
}

const Answer = Type.Object({
  outputs: Type.Array(
    Type.Union([
      RenderedVideo,
      Type.Object({ id: Type.String(), failed: Type.Object({ code: Type.String(), message: Type.String() }) }),
    ]),
  ),
});

/** Returns the error of a render without a usable result. */
export const renderFailed = () => new AppError("internal", "Cannot render the video: the renderer failed");

/** Validates the answer of a render process: each output once, in the order of the spec, as the spec describes it. */
export function checkedOutputs(answer: unknown, spec: AnimaticSpec): (RenderedVideo | FailedVideo)[] {
  if (!Value.Check(Answer, answer) || answer.outputs.length !== spec.outputs.length) throw renderFailed();
  const durationSeconds = totalFrames(timeline(spec.scenes)) / FPS;
  const numbers = new Set(spec.scenes.map(({ sceneNumber }) => sceneNumber));
  return spec.outputs.map(({ id, format, resolution }, index) => {
    const said = answer.outputs[index];
    if (said?.id !== id) throw renderFailed();
    if ("failed" in said) return { id, error: errorOf(said.failed) };
    const { width, height } = frameSize(format, resolution);
    const isOther = said.width !== width || said.height !== height || said.durationSeconds !== durationSeconds;
    const isElsewhere = said.warnings.some(({ sceneNumber }) => sceneNumber !== null && !numbers.has(sceneNumber));
    if (isOther || isElsewhere) return { id, error: renderFailed() };
    const warnings = said.warnings.map(({ sceneNumber, message }) => ({ sceneNumber, message: shownText(message) }));
    return { id, width, height, durationSeconds, warnings };
  });
}

function errorOf({ code, message }: { code: string; message: string }): AppError {
  const isKnown = isErrorCode(code) && mediaFailures.codes.includes(code);
  return isKnown ? new AppError(code, shownText(message)) : renderFailed();
}
