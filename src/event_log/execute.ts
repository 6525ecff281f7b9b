import { AppError } from "../core/errors.ts";
import type { EventType, NewEvent, RecordedEvent } from "./event.ts";
import {
  type AppendOptions,
  type EventLog,
  type ExpectedVersion,
  type OwnerCondition,
  type StreamWrite,
  VersionConflict,
} from "./event_log.ts";
import type { EventMetadata } from "./metadata.ts";

/** The rules of a slice: a state, its change by each event, and the events of each command. All of it pure. */
export interface Decider<State, Event extends NewEvent, Command> {
  /** The declarations of the stream's events; events of other types are ignored. */
  readonly events: readonly EventType[];
  initial(id: string): State;
  evolve(state: State, event: Event): State;
  /**
   * Returns the events that the command leads to; an empty list when it changes nothing.
   *
   * @throws {AppError} when the command is not allowed in this state
   */
  decide(state: State, command: Command): readonly Event[];
}

/** The result of a command. */
export interface Executed<State> {
  readonly state: State;
  /** The version of the stream's last event; 0 when the stream is empty. */
  readonly version: number;
  readonly events: readonly RecordedEvent[];
}

/** The stream, the command and its conditions. */
export interface ExecuteOptions<State, Event extends NewEvent, Command> extends AppendOptions {
  readonly log: EventLog;
  readonly decider: Decider<State, Event, Command>;
  readonly stream: string;
  /** The id within the stream's name. */
  readonly id: string;
  readonly metadata: EventMetadata;
  /** The owner's event types that the precondition's rows depend on; none may come between it and the append. */
  readonly restsOn?: readonly string[] | undefined;
  /** Checks each loaded version before the decision, e.g. an `If-Match`; throws to reject. */
  readonly precondition?: ((version: number, state: State) => void) | undefined;
}

/** The number of conflicts in a row after which the command fails. */
const ATTEMPTS = 8;

/**
 * Runs a command: loads the stream, folds it, decides, and appends with the expected version. A version conflict
 * repeats all of it, so that the decision always holds for the state that it was made on.
 *
 * @throws {AppError} `conflict` when others kept writing, and any error of the decider
 */
export async function execute<State, Event extends NewEvent, Command>(
  command: Command,
  { log, decider, stream, id, metadata, restsOn, precondition, limits }: ExecuteOptions<State, Event, Command>,
): Promise<Executed<State>> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const conditions = restsOn && [await ownerUnchanged(log, metadata.owner, restsOn)];
    const { state, version } = await load({ log, decider, stream, id });
    precondition?.(version, state);
    const decided = decider.decide(state, command);
    if (decided.length === 0) return { state, version, events: [] };
    try {
      const write = { stream, expected: expectedOf(version), events: decided };
      const events = await log.append(write, metadata, { conditions, limits });
      return { state: decided.reduce(decider.evolve, state), version: version + events.length, events };
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      // A random pause keeps the writers from colliding again.
      await Bun.sleep(Math.random() * 2 ** attempt);
    }
  }
  throw new AppError("conflict", `Cannot change ${stream}: others keep changing it at the same time`);
}

/**
 * Reads the head of the log before a decision reads rows of an owner.
 *
 * @returns the condition that no event of the owner and of these types has come since
 */
export async function ownerUnchanged(
  log: Pick<EventLog, "head">,
  owner: string,
  types: readonly string[],
): Promise<OwnerCondition> {
  return { owner, types, unchangedSince: await log.head() };
}

/** The decider and the stream of a plan. */
export type PlanOptions<State, Event extends NewEvent, Command> = Pick<
  ExecuteOptions<State, Event, Command>,
  "log" | "decider" | "stream" | "id" | "precondition"
>;

/**
 * Decides a command without appending, so that its events can be appended together with those of other streams. The
 * append fails when the stream has changed meanwhile.
 *
 * @throws {AppError} the errors of the precondition and the decider
 */
export async function plan<State, Event extends NewEvent, Command>(
  command: Command,
  options: PlanOptions<State, Event, Command>,
): Promise<StreamWrite> {
  const { state, version } = await load(options);
  options.precondition?.(version, state);
  return { stream: options.stream, expected: expectedOf(version), events: options.decider.decide(state, command) };
}

async function load<State, Event extends NewEvent, Command>({
  log,
  decider,
  stream,
  id,
}: PlanOptions<State, Event, Command>): Promise<{ readonly state: State; readonly version: number }> {
  const history = await log.readStream(stream);
  return { state: fold(decider, id, history), version: history.at(-1)?.version ?? 0 };
}

function expectedOf(version: number): ExpectedVersion {
  return version === 0 ? "none" : version;
}

/** Returns the state that a stream's events lead to. */
export function fold<State, Event extends NewEvent, Command>(
  { events, initial, evolve }: Decider<State, Event, Command>,
  id: string,
  history: readonly NewEvent[],
): State {
  const types = new Set(events.map(({ type }) => type));
  // The log has validated the data of every event against the declaration of its type.
  const isOurs = (event: NewEvent): event is Event => types.has(event.type);
  return history.filter(isOurs).reduce(evolve, initial(id));
}
