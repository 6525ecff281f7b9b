/**
 * The append-only event log, Reelog's single source of truth, with its projections and todo work.
 *
 * @example Declare an event, project it, append it
 * ```ts
 * const NoteTaken = defineEvent("NoteTaken", 1, "Somebody took a note.", Type.Object({ text: Type.String() }));
 * const pages = sqliteTable("pages", { id: text().primaryKey(), text: text().notNull() });
 * const notes = defineProjection("notes", 1, {
 *   tables: [pages],
 *   on: [when(NoteTaken, (rows, event) => rows.insert(pages, { id: event.id, text: event.data.text }))],
 * });
 * const store = await openStore({ dataDir, catalogue: createCatalogue([NoteTaken]), projections: [notes] });
 * await store.log.append({ stream: "note-1", expected: "none", events: [NoteTaken.of({ text: "hi" })] }, metadata);
 * ```
 */

export { cascadeDelete, type Dependent, MOST_IDS } from "./cascade_delete.ts";
export { causedBy } from "./caused_by.ts";
export { type Created, type CreateOptions, createOnce } from "./create_once.ts";
export {
  createDetailsCommands,
  type DetailsCommands,
  type DetailsCommandsDeps,
  type DetailsKind,
  type DetailsRules,
  type Precondition,
  planDetailsDeletion,
} from "./details_commands.ts";
export { type DetailsCommand, type DetailsState, detailsDecider } from "./details_decider.ts";
export {
  defineEvent,
  type EventOf,
  type EventType,
  type NewEvent,
  type Recorded,
  type RecordedEvent,
  type Upcaster,
} from "./event.ts";
export { createCatalogue, type EventCatalogue } from "./event_catalogue.ts";
export {
  type AppendCondition,
  type AppendLimit,
  type AppendOptions,
  type EventLog,
  type EventReader,
  type ExpectedVersion,
  LimitExceeded,
  type LogListener,
  type Measures,
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
export { type IdempotentRequest, idempotencyKeyReused, idempotentId } from "./idempotency.ts";
export { idempotencyProjection, wasAccepted } from "./idempotency_projection.ts";
export { createInMemoryEventLog, type InMemoryEventLogOptions } from "./in_memory_event_log.ts";
export { EventMetadata, type Imported } from "./metadata.ts";
export { type FillOptions, timeProjections } from "./projections/fill_tables.ts";
export { createInMemoryProjections, type InMemoryProjections } from "./projections/in_memory_projections.ts";
export { defineProjection, isRecorded, type Projection, when } from "./projections/projection.ts";
export { existingDatabase, type ReplayOptions, replay } from "./projections/replay.ts";
export { type ReplayIntoOptions, replayInto } from "./projections/replay_into.ts";
export type { TableWriter } from "./projections/table_writer.ts";
export { type Difference, type Verification, verify } from "./projections/verify.ts";
export { type ChainBreak, type ChainCheck, type ChainCheckOptions, checkChain, hashAt } from "./sqlite/check_chain.ts";
export { createCommitWatch } from "./sqlite/commit_watch.ts";
export {
  type ContentLookup,
  type ContentPath,
  createContentLookup,
  indexContentPaths,
  type NamedContent,
} from "./sqlite/content_lookup.ts";
export { logSchemaFaults, type SchemaFault } from "./sqlite/log_schema.ts";
export { createLogSizes, type LogSizes } from "./sqlite/log_sizes.ts";
export { type EventCounts, listStreams, logStats, recordedAtOf } from "./sqlite/log_stats.ts";
export { type EventFilter, rawEvents, type StoredEvent } from "./sqlite/raw_events.ts";
export { headOf } from "./sqlite/read_events.ts";
export { createSqliteEventReader } from "./sqlite/sqlite_event_reader.ts";
export { databasePath, openStore, type Store, type StoreOptions } from "./sqlite/store.ts";
export { changedAtOf, createdAtOf } from "./times.ts";
export { type WaitOptions, waitFor } from "./wait_for.ts";
export { type Causation, causationColumns, causationOf, systemMetadata } from "./work/causation.ts";
export type { Claims } from "./work/claims.ts";
export {
  type OwnedTable,
  type TodoQueue,
  type TodoQueueOptions,
  todoQueue,
  todoTableNames,
} from "./work/todo_queue.ts";
export { createTodoWorker, type TodoWorkerOptions, type Worker } from "./work/todo_worker.ts";
