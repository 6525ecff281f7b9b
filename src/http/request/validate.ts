import type { Static, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { validationError } from "../../core/validation_errors.ts";
import { dropNulls } from "./optional_nulls.ts";

/** A function that returns a value of a schema, or throws. */
export type Validate<Schema extends TSchema> = (value: unknown) => Static<Schema>;

/**
 * Compiles a validator for values that the framework does not parse, such as the fields of a form.
 *
 * @returns a function that throws `validation_failed` with one entry per field
 */
export function validator<Schema extends TSchema>(schema: Schema): Validate<Schema> {
  const check: TypeCheck<Schema> = TypeCompiler.Compile(schema);
  return (value) => {
    dropNulls(schema, value);
    if (check.Check(value)) return value;
    throw validationError({ all: [...check.Errors(value)] });
  };
}
