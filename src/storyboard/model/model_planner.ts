import { AppError } from "../../core/errors.ts";
import type { Brief } from "../brief.ts";
import { sceneCount } from "../durations.ts";
import { countProblems, finishScene, finishStoryboard, speechProblems, wordProblems } from "../finish_storyboard.ts";
import { PlanningError, type PlanUsage, type Provider, type ScenePlanner } from "../planner.ts";
import type { ModelScene } from "../scene_schema.ts";
import { clip } from "../text.ts";
import { type Answer, type Ask, CallError, type Turn } from "./ask.ts";
import { type CallTiming, callWithRetries } from "./call_with_retries.ts";
import { costOf, type Price } from "./prices.ts";
import { planPrompt, regenerationPrompt, repairPrompt, SYSTEM_PROMPT } from "./prompts.ts";
import { readAnswer, withoutReasoning } from "./read_answer.ts";

/** The dependencies of a planner that uses a language model. */
export interface ModelPlannerDeps {
  readonly name: Provider;
  readonly model: string;
  readonly ask: Ask;
  readonly price: Price | null;
  readonly timing: CallTiming;
  /** The limit for one storyboard or scene, with all calls, pauses and the repair. */
  readonly totalMs: number;
}

type Check = (scenes: readonly ModelScene[]) => { fatal: string[]; soft: string[] };

/** Creates a planner that calls a model, validates its answer, allows one repair, and normalises the result. */
export function createModelPlanner(deps: ModelPlannerDeps): ScenePlanner {
  return {
    name: deps.name,
    estimate(brief) {
      const tokens = {
        input: Math.ceil((SYSTEM_PROMPT.length + planPrompt(brief).length) / 4),
        output: 60 + 180 * sceneCount(brief.duration, brief.bounds),
      };
      return { cost: costOf(deps.price, tokens), currency: "USD", model: deps.model, tokens };
    },
    async plan(brief, { signal }) {
      const check: Check = (scenes) => {
        const fatal = countProblems(scenes, brief);
        const slow = fatal.length > 0 ? [] : speechProblems(finishStoryboard(scenes, brief), brief);
        return { fatal, soft: [...wordProblems(scenes, brief), ...slow] };
      };
      const { scenes, usage } = await converse(deps, { prompt: planPrompt(brief), check, signal });
      return { scenes: finishStoryboard(scenes, brief), usage };
    },
    async regenerateScene(brief, request, { signal }) {
      if (!request.scenes[request.index]) {
        throw new AppError(
          "not_found",
          `Cannot plan scene ${request.index + 1}: there are ${request.scenes.length} scenes`,
        );
      }
      const check: Check = (scenes) => ({
        fatal: scenes.length === 1 ? [] : [`/scenes: there are ${scenes.length} scenes, there must be exactly 1`],
        soft: [
          ...wordProblems(scenes, withFeedback(brief, request.feedback)),
          ...speechProblems(
            scenes.slice(0, 1).map((scene) => finishScene(scene, brief, request)),
            brief,
          ),
        ],
      });
      const { scenes, usage } = await converse(deps, { prompt: regenerationPrompt(brief, request), check, signal });
      const [scene] = scenes;
      if (!scene) throw unusable([]);
      return { scene: finishScene(scene, brief, request), usage };
    },
  };
}

async function converse(
  deps: ModelPlannerDeps,
  { prompt, check, signal }: { prompt: string; check: Check; signal: AbortSignal },
): Promise<{ scenes: ModelScene[]; usage: PlanUsage }> {
  const start = deps.timing.now();
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new AppError("source_timeout", "Cannot plan the scenes: the model took too long overall")),
    deps.totalMs,
  );
  const tokens = { input: 0, output: 0 };
  const spent = (): PlanUsage => ({
    ...{ provider: deps.name, model: deps.model, inputTokens: tokens.input, outputTokens: tokens.output },
    ...{ cost: costOf(deps.price, tokens), durationMs: Math.max(0, Math.round(deps.timing.now() - start)) },
  });
  const ask = async (turns: readonly Turn[]): Promise<Attempt> => {
    const answer = await callOnce(deps, { turns, signal: AbortSignal.any([signal, limit.signal]) });
    tokens.input += answer.inputTokens;
    tokens.output += answer.outputTokens;
    return assess(answer, check);
  };
  try {
    const first = await ask([{ role: "user", text: prompt }]);
    const repaired = first.problems.length > 0 ? await ask(repairTurns(prompt, first)) : first;
    // A forbidden word or a long script is worth one repair, not a failed job: a word that remains is removed, and a
    // script that still does not fit is a warning to the people who approve it.
    const last = repaired.fatal && !first.fatal ? first : repaired;
    if (last.fatal) throw unusable(last.problems);
    return { scenes: last.scenes, usage: spent() };
  } catch (error) {
    if (!(error instanceof AppError) || tokens.input + tokens.output === 0) throw error;
    throw new PlanningError(error.code, error.message, spent());
  } finally {
    clearTimeout(timer);
  }
}

async function callOnce(
  { ask, timing }: ModelPlannerDeps,
  { turns, signal }: { turns: readonly Turn[]; signal: AbortSignal },
): Promise<Answer> {
  return await callWithRetries(
    async (oneCall) => {
      try {
        return await ask(SYSTEM_PROMPT, turns, { signal: oneCall });
      } catch (error) {
        // An unreadable answer can be repaired like any other bad answer.
        if (!(error instanceof CallError) || error.status !== 200) throw error;
        return { text: "", end: "complete", inputTokens: 0, outputTokens: 0 };
      }
    },
    { signal, timing },
  );
}

interface Attempt {
  readonly text: string;
  readonly scenes: ModelScene[];
  readonly problems: string[];
  readonly fatal: boolean;
}

function assess({ text, end }: Answer, check: Check): Attempt {
  if (end === "declined") throw new AppError("source_error", "Cannot plan the scenes: the model declined this brief");
  if (end === "cut") return { text, scenes: [], problems: ["the answer was cut off: it must be shorter"], fatal: true };
  const read = readAnswer(text);
  if ("problems" in read) return { text, scenes: [], problems: read.problems, fatal: true };
  const { fatal, soft } = check(read.scenes);
  return { text, scenes: read.scenes, problems: [...fatal, ...soft], fatal: fatal.length > 0 };
}

function repairTurns(prompt: string, { text: answer, problems }: Attempt): Turn[] {
  const text = withoutReasoning(answer);
  const repair = repairPrompt(problems);
  // Providers reject an empty turn, so an empty answer is not quoted.
  if (text.trim() === "") return [{ role: "user", text: `${prompt}\n\n${repair}` }];
  return [
    { role: "user", text: prompt },
    { role: "assistant", text: clip(text, 20_000) },
    { role: "user", text: repair },
  ];
}

function withFeedback(brief: Brief, feedback: string | null | undefined): Brief {
  return feedback ? { ...brief, feedback: [...(brief.feedback ?? []), feedback] } : brief;
}

function unusable(problems: readonly string[]): AppError {
  const reason = clip(problems[0] ?? "it has no scene", 200);
  return new AppError(
    "source_error",
    `Cannot plan the scenes: the model's answer is not a valid storyboard (${reason})`,
  );
}
