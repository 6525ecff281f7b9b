import type { TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import type { EventType, NewEvent } from "./event.ts";

/** The declared event types of the log; validates events on append and upcasts them on read. */
export interface EventCatalogue {
  readonly types: readonly EventType[];
  /** Throws when the event has no declared type, is not of its newest version, or has invalid data: a bug. */
  check(event: NewEvent): void;
  /** Returns the event in the newest version of its type. Throws for an unknown type or version, or invalid data. */
  upcast(stored: NewEvent): NewEvent;
  /** Returns whether all events are declared as essential; see {@linkcode EventType}. */
  areEssential(events: readonly NewEvent[]): boolean;
}

interface Entry {
  readonly declared: EventType;
  readonly validator: TypeCheck<TSchema>;
}

/** Creates the catalogue of the declared types; a name can be declared only once. */
export function createCatalogue(types: readonly EventType[]): EventCatalogue {
  const entries = new Map<string, Entry>();
  for (const declared of types) {
    if (entries.has(declared.type)) throw new Error(`Cannot declare ${declared.type} twice`);
    entries.set(declared.type, { declared, validator: TypeCompiler.Compile(declared.schema) });
  }

  function entryOf(type: string): Entry {
    const entry = entries.get(type);
    if (!entry) throw new Error(`Cannot handle the event type ${type}: it is not in the catalogue`);
    return entry;
  }

  function fit({ declared, validator }: Entry, data: unknown): void {
    if (validator.Check(data)) return;
    const first = validator.Errors(data).First();
    const where = first ? `${first.path || "/"}: ${first.message}` : "it does not fit its schema";
    throw new Error(`Cannot accept ${declared.type} version ${declared.schemaVersion}: ${where}`);
  }

  return {
    types,
    areEssential: (events) => events.every(({ type }) => entryOf(type).declared.isEssential),
    check(event) {
      const entry = entryOf(event.type);
      if (event.schemaVersion !== entry.declared.schemaVersion) {
        throw new Error(`Cannot append ${event.type} version ${event.schemaVersion}: only the newest is written`);
      }
      fit(entry, event.data);
    },
    upcast(stored) {
      const entry = entryOf(stored.type);
      const { schemaVersion: newest, upcasters } = entry.declared;
      if (stored.schemaVersion === newest) return stored;
      if (stored.schemaVersion > newest || stored.schemaVersion < 1) {
        throw new Error(
          `Cannot read ${stored.type} version ${stored.schemaVersion}: this release knows 1 to ${newest}`,
        );
      }
      const data = upcasters.slice(stored.schemaVersion - 1).reduce((older, upcast) => upcast(older), stored.data);
      fit(entry, data);
      return { type: stored.type, schemaVersion: newest, data };
    },
  };
}
