import { type AnswerSet, takeHeaders } from "./own_response.ts";

/** The data of an answer, as JSON already. */
export interface ReadyJson {
  readonly text: string;
  /** Quoted. */
  readonly etag?: string;
}

/**
 * Puts ready data into the envelope. It is an answer as {@linkcode envelope} makes it, without the work of making its
 * text from objects once more; so the framework cannot check it against the schema of the route, and the tests do.
 */
export function readyAnswer({ text, etag }: ReadyJson, requestId: string, set: AnswerSet): Response {
  const headers = takeHeaders(set);
  headers["content-type"] = "application/json;charset=utf-8";
  if (etag !== undefined) headers.etag = etag;
  // Neither a time nor a request id has anything to escape.
  const meta = `{"timestamp":"${new Date().toISOString()}","requestId":"${requestId}"}`;
  return new Response(`{"data":${text},"error":null,"meta":${meta}}`, { headers });
}
