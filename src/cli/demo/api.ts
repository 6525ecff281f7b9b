import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

/** Method, body and headers of a request. */
export interface Sent {
  readonly method?: "GET" | "POST" | "PUT";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of the API, as a frontend would write one. */
export interface Api {
  /** Returns the data of an answer. @throws {Error} with the message of a failed one */
  call<Schema extends TSchema>(path: string, schema: Schema, sent?: Sent): Promise<Static<Schema>>;
  raw(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

const Answer = Type.Object({ data: Type.Unknown(), error: Type.Union([Type.String(), Type.Null()]) });

/** Creates a client of the server at a URL. */
export function createApi(url: string): Api {
  return {
    async call(path, schema, { method = "GET", body, headers = {} } = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const { data, error } = Value.Parse(Answer, await response.json());
      if (error !== null) throw new Error(error);
      return Value.Parse(schema, data);
    },
    raw: (path, headers = {}) => fetch(`${url}${path}`, { headers }),
  };
}
