/**
 * The append-only event log, Reelog's only truth, and what is made of it: projections and todo work.
 *
 * @example Declare an event, project it, append it
 * ```ts
 * const NoteTaken = defineEvent("NoteTaken", 1, "Somebody took a note.", Type.Object({ text: Type.String() }));
 * const notes = defineProjection("notes", 1, {
 *   tables: [notesTable],
 *   on: [when(NoteTaken, (rows, event) => rows.insert(notesTable, { id: event.id, text: event.data.text }))],
 * });
 * const store = await openStore({ dataDir, catalogue: createCatalogue([NoteTaken]), projections: [notes] });
 * await store.log.append({ stream: "note-1", expected: "none", events: [NoteTaken.of({ text: "hi" })] }, metadata);
 * ```
 */

export { createCatalogue, type EventCatalogue } from "./catalogue.ts";
export { bySystem, type Cause, causeColumns, causeOf } from "./cause.ts";
export { type ChainBreak, type ChainCheck, type ChainCheckOptions, checkChain, hashAt } from "./check_chain.ts";
export { type Created, type CreateOptions, createOnce } from "./create_once.ts";
export {
  defineEvent,
  type EventOf,
  type EventType,
  type NewEvent,
  type Recorded,
  type RecordedEvent,
  type Upcaster,
} from "./event.ts";
export {
  type AppendCondition,
  type AppendOptions,
  type EventLog,
  type ExpectedVersion,
  type LogListener,
  type OwnerCondition,
  type ReadOptions,
  StaleDecision,
  type StreamCondition,
  type StreamRange,
  type StreamWrite,
  VersionConflict,
} from "./event_log.ts";
export {
  type Decider,
  type Executed,
  type ExecuteOptions,
  execute,
  fold,
  ownerUnchanged,
  type PlanOptions,
  plan,
} from "./execute.ts";
export { type Filled, type FillOptions, fillTables } from "./fill_tables.ts";
export { type IdempotentRequest, idempotencyProjection, idempotentId, wasAccepted } from "./idempotency.ts";
export { createInMemoryEventLog, type InMemoryEventLogOptions } from "./in_memory_event_log.ts";
export { createLogSizes, type LogSizes } from "./log_sizes.ts";
export { EventMetadata, type Imported } from "./metadata.ts";
export { type OwnedQueueOptions, type OwnedTable, ownedQueue } from "./owned_queue.ts";
export { type OwnedQueue, type OwnedTodo, type OwnerTurnsOptions, ownerTurns, type Waiting } from "./owner_turns.ts";
export { positionAt } from "./position_at.ts";
export { defineProjection, isRecorded, type Projection, when } from "./projection.ts";
export { headOf } from "./read_events.ts";
export { existingDatabase, type ReplayOptions, replay } from "./replay.ts";
export { type ReplayIntoOptions, replayInto } from "./replay_into.ts";
export type { Rows } from "./rows.ts";
export { type EventFilter, type StoredEvent, scanEvents } from "./scan_events.ts";
export { createScratch, type Scratch } from "./scratch.ts";
export { databasePath, openStore, type Store, type StoreOptions } from "./store.ts";
export { changedAtOf, createdAtOf } from "./times.ts";
export { createTodoWorker, type Held, type TodoWorkerOptions, type Turns, type Worker } from "./todo_worker.ts";
export { type Difference, type Verification, verify } from "./verify.ts";
export { type WaitOptions, waitFor } from "./wait_for.ts";
