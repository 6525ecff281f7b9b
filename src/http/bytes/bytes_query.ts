import { Type } from "@sinclair/typebox";
import { OneOf } from "../../core/schema_kit.ts";

const Signed = {
  expires: Type.Optional(Type.String({ maxLength: 20, description: "Of a signed URL: Unix seconds." })),
  signature: Type.Optional(Type.String({ maxLength: 200, description: "Of a signed URL." })),
};

/** The query of every resource that a signed URL may open. */
export const SignedQuery = Type.Object(Signed);

/** The query of stored bytes. */
export const BytesQuery = Type.Object({
  download: Type.Optional(OneOf(["0", "1"], { description: "`1` offers the file for saving; it is not signed." })),
  ...Signed,
});
