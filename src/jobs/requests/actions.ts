import type { Static } from "@sinclair/typebox";
import type { Identity } from "../../core/identity.ts";
import { invalid, within } from "../../core/validation_errors.ts";
import type { EventLog } from "../../event_log/mod.ts";
import { validator } from "../../http/mod.ts";
import type { JobCommands, Ran, RunOptions } from "../commands.ts";
import { type Regeneration, regenerationOf } from "../planning/regeneration.ts";
import type { JobState } from "../state.ts";
import { inTenths } from "./new_job.ts";
import { ActionPayloads, type ActionRequest, type RegenerateScene } from "./request_schema.ts";

const noPayload = validator(ActionPayloads.none);
const rejection = validator(ActionPayloads.reject_storyboard);
const allScenes = validator(ActionPayloads.regenerate_all_scenes);
const oneScene = validator(ActionPayloads.regenerate_scene);

/** The result of an action, taken now or by an earlier request with the same Idempotency-Key. */
export interface ActionResult {
  readonly replayed: boolean;
  /** True when background work follows that the client can wait for. */
  readonly isAsync: boolean;
  /** The regeneration that the action requested, if any. */
  readonly regenerating: Regeneration | null;
}

/** The identity, the job and the services of an action. */
export interface ActionContext {
  readonly identity: Identity;
  readonly id: string;
  readonly log: EventLog;
  readonly commands: JobCommands;
  readonly options: RunOptions;
}

/** Validates the payload of an action and takes it. */
export async function takeAction(
  { action, payload = {} }: Static<typeof ActionRequest>,
  context: ActionContext,
): Promise<ActionResult> {
  const { identity, id, commands, options } = context;
  const run = (command: Parameters<JobCommands["run"]>[2]) => commands.run(identity, id, command, options);
  switch (action) {
    case "approve":
    case "approve_storyboard":
      checked(() => noPayload(payload));
      return work(await run({ do: "approve" }));
    case "reject_storyboard": {
      const { feedback } = checked(() => rejection(payload));
      return work(await run({ do: "reject storyboard", feedback }));
    }
    case "regenerate_all_scenes": {
      const { feedback = null } = checked(() => allScenes(payload));
      return work(await run({ do: "regenerate all scenes", feedback }));
    }
    case "regenerate_scene": {
      const { sceneId, sceneNumber, ...wishes } = checked(() => oneScene(payload));
      const scene = sceneId ?? sceneNumber;
      if (scene === undefined || (sceneId !== undefined && sceneNumber !== undefined)) {
        throw invalid([{ path: "payload", message: "must have either sceneId or sceneNumber" }]);
      }
      try {
        return { isAsync: false, ...(await regenerate(scene, wishes, context)) };
      } catch (error) {
        throw within("payload", error);
      }
    }
    case "retry":
      checked(() => noPayload(payload));
      return work(await commands.retry(identity, id, options));
    case "cancel":
      checked(() => noPayload(payload));
      return { ...work(await run({ do: "cancel" })), isAsync: false };
  }
}

function work({ replayed }: Ran): ActionResult {
  return { replayed, isAsync: true, regenerating: null };
}

/** Requests another version of a scene. */
export async function regenerate(
  scene: string | number,
  { feedback, constraints }: Static<typeof RegenerateScene>,
  { identity, id, log, commands, options }: ActionContext,
): Promise<{ replayed: boolean; regenerating: Regeneration }> {
  if (constraints?.duration !== undefined) inTenths(constraints.duration, "constraints.duration");
  const wishes = { feedback: feedback ?? null, constraints: constraints ?? null };
  const { job, replayed } = await commands.run(identity, id, { do: "regenerate scene", scene, ...wishes }, options);
  const key = options.idempotency?.key;
  const regenerating = replayed ? await regenerationOf(log, id, key) : newestRegeneration(job, scene);
  return { replayed, regenerating };
}

function newestRegeneration(job: JobState, scene: string | number): Regeneration {
  const found = [...job.regenerating.values()].find(
    ({ sceneId }) => sceneId === scene || job.scenes[Number(scene) - 1]?.sceneId === sceneId,
  );
  if (!found) throw new Error("Cannot find the regeneration that was just requested");
  return { sceneId: found.sceneId, revision: found.revision };
}

/** Validates, and prefixes the paths of a validation error with `payload`. */
function checked<Value>(validate: () => Value): Value {
  try {
    return validate();
  } catch (error) {
    throw within("payload", error);
  }
}
