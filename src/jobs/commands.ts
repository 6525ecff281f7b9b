import { AppError } from "../core/errors.ts";
import type { Identity } from "../core/identity.ts";
import type { Limits, Quotas } from "../core/quotas.ts";
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
import { jobDecider } from "./decide.ts";
import { JobCreated, jobStream } from "./events.ts";
import { type Regeneration, regenerationOf } from "./planning/regeneration.ts";
import type { CostEstimate } from "./requests/costs.ts";
import { type NewJobDeps, newJob } from "./requests/new_job.ts";
import type { CreateJob } from "./requests/request_schema.ts";
import type { Import } from "./requests/resolve_assets.ts";
import type { JobState } from "./state.ts";
import { allowedActions, retryIsVain, statusOf } from "./workflow.ts";

/** The writes to asset streams that jobs need. */
export interface AssetWrites {
  /** Returns the write that requests an asset. */
  request(asset: Import & { readonly clientId: string; readonly campaignId: string | null }): StreamWrite;
  /**
   * Plans the retry of a job's asset: returns whether the job must wait for the asset, and the write that imports a
   * failed one again or else checks that the asset has not changed.
   *
   * @returns null when the asset can never become ready
   */
  retry(owner: string, assetId: string): Promise<{ readonly waits: boolean; readonly write: StreamWrite } | null>;
}

/** The dependencies of the commands. */
export interface JobCommandDeps extends NewJobDeps {
  readonly log: EventLog;
  /** Returns whether an Idempotency-Key was used before; throws when it was used for another request. */
  readonly wasAccepted: (owner: string, claim: IdempotencyClaim) => boolean;
  readonly assets: AssetWrites;
  readonly quotas: Quotas;
  /** Types of events that can end a client, a campaign or an asset that a request names. */
  readonly restsOn: readonly string[];
}

/** The options of a command. */
export interface RunOptions {
  readonly idempotency?: IdempotencyClaim | undefined;
  /** Checks the version that the command is decided on, e.g. for `If-Match`; throws to reject. */
  readonly precondition?: ((version: number, job: JobState) => void) | undefined;
}

/** The commands of users. */
export interface JobCommands {
  /** Creates a job and requests its assets atomically, once per Idempotency-Key. */
  create(identity: Identity, request: CreateJob, idempotency: IdempotencyClaim | undefined): Promise<Created>;
  /** Estimates the cost of {@linkcode create}; writes nothing. */
  estimate(identity: Identity, request: CreateJob): CostEstimate;
  run(
    identity: Identity,
    id: string,
    command: Exclude<PersonCommand, { do: "create" | "retry" }>,
    options?: RunOptions,
  ): Promise<Ran>;
  retry(identity: Identity, id: string, options?: RunOptions): Promise<Ran>;
  /**
   * Returns the regeneration that an earlier request with this Idempotency-Key requested, if any.
   *
   * @throws {AppError} `idempotency_key_reused`
   */
  findReplay(identity: Identity, id: string, claim: IdempotencyClaim): Promise<Regeneration | undefined>;
}

/** The result of a command. */
export interface Ran {
  readonly job: JobState;
  /** True when an earlier request with the same Idempotency-Key did the work. */
  readonly replayed: boolean;
}

/** Plans the cancellation of a job, for an append together with other writes. */
export async function planCancel(log: EventLog, id: string): Promise<StreamWrite> {
  return await planWrite({ do: "cancel" }, { log, decider: jobDecider, stream: jobStream(id), id });
}

/** The number of version conflicts in a row after which a command fails. */
const ATTEMPTS = 5;

/** Commands that start work on a job that waited for users. */
const STARTS_WORK: ReadonlySet<PersonCommand["do"]> = new Set([
  "approve",
  "reject storyboard",
  "regenerate all scenes",
]);

/** Creates the commands over the log. */
export function createJobCommands(deps: JobCommandDeps): JobCommands {
  const { log, assets, quotas } = deps;

  function plan(identity: Identity, request: CreateJob, idempotency?: IdempotencyClaim) {
    const newAssetId = (index: number) =>
      idempotency ? idempotentId({ owner: identity.owner, ...idempotency }, index + 1) : Bun.randomUUIDv7();
    return newJob(identity.owner, request, { ...deps, newAssetId });
  }

  /** Returns the limits of an append that starts work. */
  function limitsOf(owner: string, imports: readonly unknown[]): Limits {
    return [...quotas.jobLimits(owner), ...(imports.length > 0 ? quotas.importLimits(owner) : [])];
  }

  /** Plans the retry of each asset; `null` for an asset that can never become ready. */
  async function assetsToRetry(owner: string, { failedStep, created }: JobState) {
    const used = failedStep === "assets" ? (created?.assets ?? []) : [];
    return await Promise.all(used.map(async ({ assetId }) => ({ assetId, state: await assets.retry(owner, assetId) })));
  }

  /** Returns the error of an action without offering a retry that can never succeed. */
  async function honest(refusal: AppError, owner: string, job: JobState): Promise<AppError> {
    const found = await assetsToRetry(owner, job);
    if (found.every(({ state }) => state)) return refusal;
    const status = statusOf(job);
    const details = { status, allowedActions: allowedActions(status, { isRetryVain: true }) };
    return new AppError(refusal.code, refusal.message, details);
  }

  /** Runs for each version that a command is decided on, because two requests with one key may run concurrently. */
  function refuseReplay(identity: Identity, job: JobState, idempotency: IdempotencyClaim | undefined): void {
    if (idempotency && deps.wasAccepted(identity.owner, idempotency)) throw new Replay(job);
  }

  return {
    estimate: (identity, request) => plan(identity, request).estimate,
    async create(identity, request, idempotency) {
      const { owner } = identity;
      const id = idempotency ? idempotentId({ owner, ...idempotency }) : Bun.randomUUIDv7();
      const scope = { clientId: request.context.clientId, campaignId: request.context.campaignId ?? null };
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        // A concurrent request with the same key may have created the job.
        if (idempotency && deps.wasAccepted(owner, idempotency)) return { id, replayed: true };
        const nothingEnded = await ownerUnchanged(log, owner, deps.restsOn);
        const { data, imports } = plan(identity, request, idempotency);
        quotas.checkNewJob(owner);
        if (imports.length > 0) quotas.checkImports(owner, imports.length);
        const writes: StreamWrite[] = [
          { stream: jobStream(id), expected: "none", events: [JobCreated.of(data)] },
          ...imports.map((wanted) => assets.request({ ...wanted, ...scope })),
        ];
        try {
          const conditions = [nothingEnded];
          const limits = limitsOf(owner, imports);
          await log.append(writes, causedBy(identity, idempotency), { conditions, limits });
          return { id, replayed: false };
        } catch (error) {
          if (!(error instanceof VersionConflict)) throw error;
        }
      }
      throw new AppError("conflict", "Cannot create the job: its client or its assets keep changing; retry");
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
          ...(STARTS_WORK.has(command.do) && { limits: quotas.jobLimits(identity.owner) }),
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
        // Rejects a wrong state before the assets are read.
        jobDecider.decide(job, { do: "retry", waitingFor: [] });
        const found = await assetsToRetry(identity.owner, job);
        const states = found.flatMap(({ assetId, state }) => (state ? [{ assetId, ...state }] : []));
        const lost = found.find(({ state }) => state === null);
        if (lost) throw retryIsVain(statusOf(job), lost.assetId);
        const waitingFor = states.filter(({ waits }) => waits).map(({ assetId }) => assetId);
        const events = jobDecider.decide(job, { do: "retry", waitingFor });
        const writes = [{ stream, expected: version, events }, ...states.map(({ write }) => write)];
        try {
          const limits = limitsOf(identity.owner, waitingFor);
          await log.append(writes, causedBy(identity, idempotency), { limits });
          return { job: events.reduce(jobDecider.evolve, job), replayed: false };
        } catch (error) {
          if (!(error instanceof VersionConflict)) throw error;
        }
      }
      throw new AppError("conflict", "Cannot retry the job: it keeps changing; read it and retry");
    },
  };
}

/** Ends a command that an earlier request did; caught in this file. */
class Replay extends Error {
  readonly job: JobState;
  constructor(job: JobState) {
    super("Cannot run the command: an earlier request with this key ran it");
    this.job = job;
  }
}
