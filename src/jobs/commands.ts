import { AppError } from "../core/errors.ts";
import type { Identity } from "../core/identity.ts";
import type { Quotas } from "../core/quotas.ts";
import {
  type Created,
  causedBy,
  type EventLog,
  execute,
  fold,
  idempotentId,
  ownerUnchanged,
  plan as planWrite,
  type StreamWrite,
  VersionConflict,
} from "../event_log/mod.ts";
import type { IdempotencyClaim } from "../http/mod.ts";
import type { PersonCommand } from "./command.ts";
import type { CostEstimate } from "./costs.ts";
import { jobDecider } from "./decide.ts";
import { JobCreated, jobStream } from "./events.ts";
import { type NewJobDeps, newJob } from "./new_job.ts";
import { type Regeneration, regenerationOf } from "./regeneration.ts";
import type { CreateJob } from "./request_schema.ts";
import type { Import } from "./resolve_assets.ts";
import type { JobState } from "./state.ts";
import { allowedActions, retryIsVain, statusOf } from "./workflow.ts";

/** What the jobs slice asks of the assets slice's log. */
export interface AssetWrites {
  /** The write that asks for an asset. */
  request(asset: Import & { readonly clientId: string; readonly campaignId: string | null }): StreamWrite;
  /**
   * What a retry needs to know of an asset now: whether the job must wait for it, and the write that imports a failed
   * one again, or that only holds if the asset is still as it was found.
   *
   * @returns null when it can never become ready
   */
  retry(owner: string, assetId: string): Promise<{ readonly waits: boolean; readonly write: StreamWrite } | null>;
}

/** What the commands need. */
export interface JobCommandDeps extends NewJobDeps {
  readonly log: EventLog;
  /** Whether an Idempotency-Key was used before; throws when for something else. */
  readonly wasAccepted: (owner: string, claim: IdempotencyClaim) => boolean;
  readonly assets: AssetWrites;
  readonly quotas: Quotas;
  /** Types of events after which a client, a campaign or an asset that a request names may be gone. */
  readonly restsOn: readonly string[];
}

/** How a command is to be run. */
export interface RunOptions {
  readonly idempotency?: IdempotencyClaim | undefined;
  /** Checked against the version that the command is decided on, e.g. for `If-Match`; throws to refuse. */
  readonly precondition?: ((version: number, job: JobState) => void) | undefined;
}

/** What people can do with jobs. */
export interface JobCommands {
  /** Makes a job and asks for its assets, all or nothing; once per Idempotency-Key. */
  create(identity: Identity, request: CreateJob, idempotency: IdempotencyClaim | undefined): Promise<Created>;
  /** What {@linkcode create} would cost; writes nothing. */
  estimate(identity: Identity, request: CreateJob): CostEstimate;
  run(
    identity: Identity,
    id: string,
    command: Exclude<PersonCommand, { do: "create" | "retry" }>,
    options?: RunOptions,
  ): Promise<Ran>;
  retry(identity: Identity, id: string, options?: RunOptions): Promise<Ran>;
  /**
   * The regeneration of one of the owner's jobs that an earlier request with this Idempotency-Key asked for, if any.
   *
   * @throws {AppError} `idempotency_key_reused`
   */
  findReplay(identity: Identity, id: string, claim: IdempotencyClaim): Promise<Regeneration | undefined>;
}

/** What a command came to. */
export interface Ran {
  readonly job: JobState;
  /** An earlier request with the same Idempotency-Key has done it; nothing was done now. */
  readonly replayed: boolean;
}

/** The write that cancels a job, for an append that ends something else with it. */
export async function planCancel(log: EventLog, id: string): Promise<StreamWrite> {
  return await planWrite({ do: "cancel" }, { log, decider: jobDecider, stream: jobStream(id), id });
}

/** After so many conflicts in a row the streams are too busy and the caller is told so. */
const ATTEMPTS = 5;

/** What begins work on a job that waited for people. */
const SETS_GOING: ReadonlySet<PersonCommand["do"]> = new Set(["approve", "reject storyboard", "regenerate all scenes"]);

/** The commands over the log. */
export function createJobCommands(deps: JobCommandDeps): JobCommands {
  const { log, assets, quotas } = deps;

  function plan(identity: Identity, request: CreateJob, idempotency?: IdempotencyClaim) {
    const newAssetId = (index: number) =>
      idempotency ? idempotentId({ owner: identity.owner, ...idempotency }, index + 1) : Bun.randomUUIDv7();
    return newJob(identity.owner, request, { ...deps, newAssetId });
  }

  /** Asked within an append that sets a job going. */
  function checkCounted(owner: string, imports: readonly unknown[]): void {
    quotas.checkJobs(owner, 0);
    if (imports.length > 0) quotas.checkImports(owner, 0);
  }

  /** The assets that a retry would import again, each with what that takes: null where it is in vain. */
  async function assetsToRetry(owner: string, { failedStep, created }: JobState) {
    const used = failedStep === "assets" ? (created?.assets ?? []) : [];
    return await Promise.all(used.map(async ({ assetId }) => ({ assetId, state: await assets.retry(owner, assetId) })));
  }

  /** The refusal of an action, which offers no retry that could never succeed. */
  async function honest(refusal: AppError, owner: string, job: JobState): Promise<AppError> {
    const found = await assetsToRetry(owner, job);
    if (found.every(({ state }) => state)) return refusal;
    const status = statusOf(job);
    const details = { status, allowedActions: allowedActions(status, { isRetryVain: true }) };
    return new AppError(refusal.code, refusal.message, details);
  }

  /** Two requests with one key may run at once: asked for each version that a command is decided on. */
  function refuseReplay(identity: Identity, job: JobState, idempotency: IdempotencyClaim | undefined): void {
    if (idempotency && deps.wasAccepted(identity.owner, idempotency)) throw new Replay(job);
  }

  return {
    estimate: (identity, request) => plan(identity, request).estimate,
    async create(identity, request, idempotency) {
      const { owner } = identity;
      const id = idempotency ? idempotentId({ owner, ...idempotency }) : Bun.randomUUIDv7();
      const place = { clientId: request.context.clientId, campaignId: request.context.campaignId ?? null };
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        // The same key may come twice at once: then the first one's job is the answer.
        if (idempotency && deps.wasAccepted(owner, idempotency)) return { id, replayed: true };
        const nothingEnded = await ownerUnchanged(log, owner, deps.restsOn);
        const { data, imports } = plan(identity, request, idempotency);
        quotas.checkJobs(owner, 1);
        if (imports.length > 0) quotas.checkImports(owner, imports.length);
        const writes: StreamWrite[] = [
          { stream: jobStream(id), expected: "none", events: [JobCreated.of(data)] },
          ...imports.map((wanted) => assets.request({ ...wanted, ...place })),
        ];
        try {
          const conditions = [nothingEnded];
          const check = () => checkCounted(owner, imports);
          await log.append(writes, causedBy(identity, idempotency), { conditions, check });
          return { id, replayed: false };
        } catch (error) {
          if (!(error instanceof VersionConflict)) throw error;
        }
      }
      throw new AppError("conflict", "Cannot create the job: its client or its assets keep changing at the same time");
    },
    async run(identity, id, command, options = {}) {
      const { idempotency, precondition } = options;
      const stream = jobStream(id);
      const metadata = causedBy(identity, idempotency);
      try {
        const { state } = await execute(command, {
          log,
          decider: jobDecider,
          stream,
          id,
          metadata,
          precondition(version, job) {
            refuseReplay(identity, job, idempotency);
            precondition?.(version, job);
          },
          ...(SETS_GOING.has(command.do) && { check: () => quotas.checkJobs(identity.owner, 0) }),
        });
        return { job: state, replayed: false };
      } catch (error) {
        if (error instanceof Replay) return { job: error.job, replayed: true };
        throw error instanceof AppError && error.code === "wrong_state"
          ? await honest(error, identity.owner, fold(jobDecider, id, await log.readStream(stream)))
          : error;
      }
    },
    async findReplay({ owner }, id, claim) {
      return deps.wasAccepted(owner, claim) ? await regenerationOf(log, id, claim.key) : undefined;
    },
    async retry(identity, id, { idempotency, precondition } = {}) {
      const stream = jobStream(id);
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const history = await log.readStream(stream);
        const job = fold(jobDecider, id, history);
        const version = history.at(-1)?.version ?? 0;
        if (idempotency && deps.wasAccepted(identity.owner, idempotency)) return { job, replayed: true };
        precondition?.(version, job);
        // Decided once without the assets, so that a wrong state is refused before they are looked at.
        jobDecider.decide(job, { do: "retry", waitingFor: [] });
        const found = await assetsToRetry(identity.owner, job);
        const states = found.flatMap(({ assetId, state }) => (state ? [{ assetId, ...state }] : []));
        const lost = found.find(({ state }) => state === null);
        if (lost) throw retryIsVain(statusOf(job), lost.assetId);
        const waitingFor = states.filter(({ waits }) => waits).map(({ assetId }) => assetId);
        const events = jobDecider.decide(job, { do: "retry", waitingFor });
        const writes = [{ stream, expected: version, events }, ...states.map(({ write }) => write)];
        try {
          const check = () => checkCounted(identity.owner, waitingFor);
          await log.append(writes, causedBy(identity, idempotency), { check });
          return { job: events.reduce(jobDecider.evolve, job), replayed: false };
        } catch (error) {
          if (!(error instanceof VersionConflict)) throw error;
        }
      }
      throw new AppError("conflict", "Cannot retry the job: others keep changing it at the same time");
    },
  };
}

/** Leaves the running of a command that was done before; never seen outside. */
class Replay extends Error {
  readonly job: JobState;
  constructor(job: JobState) {
    super("Cannot do it again: it was done before");
    this.job = job;
  }
}
