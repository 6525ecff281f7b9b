import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import {
  createCatalogue,
  defineEvent,
  defineProjection,
  openStore,
  type Projection,
  type StoreOptions,
  when,
} from "../../src/event_log/mod.ts";

/** A small domain of its own, so that these tests say nothing of any slice. */
export const NoteTaken = defineEvent(
  "NoteTaken",
  3,
  "Somebody took a note.",
  Type.Object({ text: Type.String(), tags: Type.Array(Type.String()), pinned: Type.Boolean() }),
  {
    upcasters: [
      (data) => ({ ...Object(data), tags: [] }),
      (data) => {
        const { body, ...rest } = Object(data);
        return { ...rest, text: body ?? rest.text, pinned: false };
      },
    ],
  },
);
export const NoteErased = defineEvent("NoteErased", 1, "Somebody erased a note.", Type.Object({}));

export const catalogue = createCatalogue([NoteTaken, NoteErased]);

export const notes = sqliteTable(
  "notes",
  {
    stream: text().primaryKey(),
    position: integer().notNull(),
    text: text().notNull(),
    tags: text({ mode: "json" }).$type<string[]>().notNull(),
    pinned: integer({ mode: "boolean" }).notNull(),
    editor: text(),
    firstWord: text("first_word").notNull(),
  },
  (table) => [index("notes_by_word").on(table.firstWord, table.position)],
);

export function notesProjection(version = 1, edit: (text: string) => string = (text) => text): Projection {
  return defineProjection("notes", version, {
    tables: [notes],
    on: [
      when(NoteTaken, (rows, { stream, position, data }) => {
        if (data.text === "poison") throw new Error("this note cannot be projected");
        const firstWord = data.text.split(" ")[0] ?? "";
        rows.upsert(notes, { stream, position, ...data, text: edit(data.text), firstWord });
      }),
      when(NoteErased, (rows, { stream }) => rows.delete(notes, { stream })),
    ],
  });
}

export const METADATA = { owner: "ann", actor: "test" };

export function note(text: string) {
  return NoteTaken.of({ text, tags: [], pinned: false });
}

/** A data directory of its own that goes away with it. */
export function temporaryDirectory() {
  const dataDir = mkdtempSync(join(tmpdir(), "reelog-log-"));
  return { dataDir, [Symbol.dispose]: () => rmSync(dataDir, { recursive: true, force: true }) };
}

/** Opens a store of notes in the directory. */
export async function openNotes(dataDir: string, options: Partial<StoreOptions> = {}) {
  const store = await openStore({ dataDir, catalogue, projections: [notesProjection()], ...options });
  return { ...store, [Symbol.dispose]: () => store.close() };
}

/** A store of notes in a directory of its own. */
export async function temporaryNotes(options: Partial<StoreOptions> = {}) {
  const directory = temporaryDirectory();
  const store = await openNotes(directory.dataDir, options);
  return {
    ...store,
    dataDir: directory.dataDir,
    [Symbol.dispose]() {
      store.close();
      directory[Symbol.dispose]();
    },
  };
}

/** Starts a script of this folder in another process; its lines of output come one by one. */
export function startProcess(script: string, ...parameters: string[]) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, script), ...parameters], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = linesOf(child.stdout);
  return {
    child,
    /** The next line that it prints; undefined at its end. */
    async line(): Promise<string | undefined> {
      const { value, done } = await lines.next();
      return done ? undefined : value;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const parts = `${rest}${chunk}`.split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

export { until } from "../support/until.ts";
