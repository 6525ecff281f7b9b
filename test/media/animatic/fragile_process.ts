/** A render process that dies of an upright output or a font of a brand, and so of every film that has one. */
import { Type } from "@sinclair/typebox";
import { frameSize } from "../../../src/media/animatic/layout.ts";
import { AnimaticSpec } from "../../../src/media/animatic/spec.ts";
import { defineHandler, serveCalls } from "../../../src/processes/mod.ts";

const Films = Type.Object({ spec: AnimaticSpec, outPaths: Type.Record(Type.String(), Type.String()) });

serveCalls({
  render: defineHandler(Films, async ({ spec, outPaths }) => {
    if (spec.outputs.some(({ format }) => format === "9:16") || spec.brand?.fonts?.length) process.exit(3);
    const outputs = [];
    for (const { id, format, resolution } of spec.outputs) {
      await Bun.write(outPaths[id] ?? "", "\0\0\0\x20ftypisom");
      outputs.push({ id, ...frameSize(format, resolution), durationSeconds: 2, warnings: [] });
    }
    return { outputs };
  }),
});
