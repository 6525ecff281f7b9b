import type { TSchema } from "@sinclair/typebox";
import type { ContentPath, EventType } from "../event_log/mod.ts";

/** The property that names a content, in every event. */
const NAME = "sha256";

/**
 * Finds the paths in event schemas that name contents, so that a new event which names one cannot be forgotten.
 *
 * @throws {Error} when an event names contents within an array, which no index of the log can find
 */
export function contentPaths(events: readonly EventType[]): readonly ContentPath[] {
  return events.flatMap(({ type, schema }) => {
    const found = new Map<string, boolean>();
    walk(schema, { type, path: "$", isRequired: true, found });
    return [...found].map(([path, isRequired]) => ({ type, path, isRequired }));
  });
}

interface Walk {
  readonly type: string;
  readonly path: string;
  readonly isRequired: boolean;
  readonly found: Map<string, boolean>;
}

function walk(schema: TSchema, at: Walk): void {
  for (const inner of variantsOf(schema)) walk(inner, { ...at, isRequired: false });
  const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
  for (const [key, inner] of Object.entries(propertiesOf(schema))) {
    const isRequired = at.isRequired && required.includes(key);
    if (key === NAME) at.found.set(at.path, isRequired);
    else walk(inner, { ...at, path: `${at.path}.${key}`, isRequired });
  }
  if (schema.type === "array" && JSON.stringify(schema.items).includes(`"${NAME}"`)) {
    throw new Error(`Cannot retain the contents of ${at.type}: it names them in an array (${at.path})`);
  }
}

function variantsOf(schema: TSchema): readonly TSchema[] {
  return [schema.anyOf, schema.oneOf, schema.allOf].flatMap(
    (variants: readonly TSchema[] | undefined) => variants ?? [],
  );
}

function propertiesOf(schema: TSchema): Readonly<Record<string, TSchema>> {
  return schema.properties ?? {};
}
