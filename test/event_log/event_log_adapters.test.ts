import { createInMemoryEventLog } from "../../src/event_log/mod.ts";
import { describeEventLog } from "./event_log_conformance.ts";
import { catalogue, temporaryNotes } from "./notes.ts";

describeEventLog("SQLite event log", async ({ measures = new Map(), ...options } = {}) => {
  const store = await temporaryNotes(options);
  for (const [name, measure] of measures) store.measures.set(name, measure);
  return { log: store.log, [Symbol.asyncDispose]: async () => store[Symbol.dispose]() };
});

describeEventLog("in-memory event log", async (options = {}) => {
  const apply = (events: readonly { readonly position: number; readonly type: string; readonly data: unknown }[]) => {
    const poison = events.find(({ data }) => Object(data).text === "poison");
    if (poison) throw new Error(`Cannot project ${poison.type} at position ${poison.position} into notes`);
  };
  return { log: createInMemoryEventLog({ ...options, catalogue, apply }), [Symbol.asyncDispose]: async () => {} };
});
