import { type Static, Type } from "@sinclair/typebox";
import { OperationNotes } from "./notes.ts";

const Contents = Type.Record(Type.String(), Type.Object({ schema: Type.Optional(Type.Unknown()) }));

const RawOperation = Type.Object({
  operationId: Type.String(),
  summary: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  tags: Type.Optional(Type.Array(Type.String())),
  deprecated: Type.Optional(Type.Boolean()),
  parameters: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        in: Type.Union([Type.Literal("path"), Type.Literal("query"), Type.Literal("header")]),
        required: Type.Optional(Type.Boolean()),
        description: Type.Optional(Type.String()),
        examples: Type.Optional(Type.Array(Type.Unknown())),
        schema: Type.Unknown(),
      }),
    ),
  ),
  requestBody: Type.Optional(Type.Object({ content: Contents })),
  responses: Type.Record(
    Type.String(),
    Type.Object({ description: Type.Optional(Type.String()), content: Type.Optional(Contents) }),
  ),
  "x-notes": Type.Optional(OperationNotes),
});

/** The part of the plugin's document that is used. */
export const RawDocument = Type.Object({
  paths: Type.Record(Type.String(), Type.Record(Type.String(), RawOperation)),
});

/** One operation as the plugin describes it. */
export type RawOperation = Static<typeof RawOperation>;
