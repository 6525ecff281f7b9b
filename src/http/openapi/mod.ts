/** The OpenAPI document: how routes describe themselves, and how it is made. */

export { type DocumentOptions, openApiDocument } from "./document.ts";
export { type OperationNotes, operation } from "./notes.ts";
