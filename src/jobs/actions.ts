import type { Static } from "@sinclair/typebox";
import type { Caller } from "../caller.ts";
import { invalid, within } from "../http/error_answer.ts";
import { validator } from "../http/validate.ts";
import type { JobCommands, RunOptions } from "./commands.ts";
import { inTenths } from "./new_job.ts";
import { ActionPayloads, type ActionRequest, type RegenerateScene } from "./schema.ts";
import type { JobState } from "./state.ts";

const noPayload = validator(ActionPayloads.none);
const rejection = validator(ActionPayloads.reject_storyboard);
const allScenes = validator(ActionPayloads.regenerate_all_scenes);
const oneScene = validator(ActionPayloads.regenerate_scene);

/** An action that was taken. */
export interface Taken {
  /** Whether work goes on that the client may want to wait for. */
  readonly isAsync: boolean;
  /** The scene that is being planned anew. */
  readonly regenerating: { readonly sceneId: string; readonly revision: number } | null;
}

/** Takes an action; each has the payload of the design's section 4. */
export async function takeAction(
  { action, payload = {} }: Static<typeof ActionRequest>,
  { caller, id, commands, options }: { caller: Caller; id: string; commands: JobCommands; options: RunOptions },
): Promise<Taken> {
  switch (action) {
    case "approve":
    case "approve_storyboard":
      checked(() => noPayload(payload));
      await commands.run(caller, id, { do: "approve" }, options);
      return { isAsync: true, regenerating: null };
    case "reject_storyboard": {
      const { feedback } = checked(() => rejection(payload));
      await commands.run(caller, id, { do: "reject storyboard", feedback }, options);
      return { isAsync: true, regenerating: null };
    }
    case "regenerate_all_scenes": {
      const { feedback = null } = checked(() => allScenes(payload));
      await commands.run(caller, id, { do: "regenerate all scenes", feedback }, options);
      return { isAsync: true, regenerating: null };
    }
    case "regenerate_scene": {
      const { sceneId, sceneNumber, ...wishes } = checked(() => oneScene(payload));
      const scene = sceneId ?? sceneNumber;
      if (scene === undefined || (sceneId !== undefined && sceneNumber !== undefined)) {
        throw invalid([{ path: "payload", message: "Must have either sceneId or sceneNumber" }]);
      }
      return { isAsync: false, regenerating: await regenerate(scene, wishes, { caller, id, commands, options }) };
    }
    case "retry":
      checked(() => noPayload(payload));
      await commands.retry(caller, id, options);
      return { isAsync: true, regenerating: null };
    case "cancel":
      checked(() => noPayload(payload));
      await commands.run(caller, id, { do: "cancel" }, options);
      return { isAsync: false, regenerating: null };
  }
}

/** Asks for another version of a scene. */
export async function regenerate(
  scene: string | number,
  { feedback, constraints }: Static<typeof RegenerateScene>,
  { caller, id, commands, options }: { caller: Caller; id: string; commands: JobCommands; options: RunOptions },
): Promise<{ sceneId: string; revision: number }> {
  if (constraints?.duration !== undefined) inTenths(constraints.duration, "constraints.duration");
  const wishes = { feedback: feedback ?? null, constraints: constraints ?? null };
  const job = await commands.run(caller, id, { do: "regenerate scene", scene, ...wishes }, options);
  return newestRegeneration(job, scene);
}

function newestRegeneration(job: JobState, scene: string | number): { sceneId: string; revision: number } {
  const asked = [...job.regenerating.values()].find(
    ({ sceneId }) => sceneId === scene || job.scenes[Number(scene) - 1]?.sceneId === sceneId,
  );
  if (!asked) throw new Error("Cannot find the regeneration that was just asked for");
  return { sceneId: asked.sceneId, revision: asked.revision };
}

/** Names the fields of a payload as they stand in the body. */
function checked<Value>(validate: () => Value): Value {
  try {
    return validate();
  } catch (error) {
    throw within("payload", error);
  }
}
