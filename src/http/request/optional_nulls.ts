import { type TSchema, TypeGuard } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

/**
 * Removes each null of an optional field whose schema has no null: it means the same as an absent field. A field for
 * which null has a meaning of its own keeps it. The value is changed in place.
 */
export function dropNulls(schema: TSchema, value: unknown): void {
  if (TypeGuard.IsUnion(schema)) {
    const [only, ...others] = schema.anyOf.filter((alternative) => !TypeGuard.IsNull(alternative));
    if (only && others.length === 0) dropNulls(only, value);
  } else if (TypeGuard.IsArray(schema)) {
    if (Array.isArray(value)) for (const item of value) dropNulls(schema.items, item);
  } else if (TypeGuard.IsObject(schema) && isRecord(value)) {
    const required = new Set(schema.required);
    for (const [name, field] of Object.entries(schema.properties)) {
      if (!Object.hasOwn(value, name)) continue;
      if (value[name] !== null) dropNulls(field, value[name]);
      else if (!required.has(name) && !Value.Check(field, null)) delete value[name];
    }
  }
}

/** Creates a route's hook that treats null as absent in the body, before validation. */
export function nullsAreAbsent(schema: TSchema): (context: { readonly body: unknown }) => void {
  return ({ body }) => dropNulls(schema, body);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
