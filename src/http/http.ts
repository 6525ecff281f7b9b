import { Elysia } from "elysia";
import { AppError } from "../core/errors.ts";
import type { Access, Identity } from "../core/identity.ts";
import { isForm } from "./request/form_parser.ts";
import { readPageNumbers } from "./request/page_request.ts";
import { readJson } from "./request/read_json.ts";

/** Dependencies of the plugin that all routes share. */
export interface HttpDeps {
  /** Returns the access of a request that was authorized before. */
  readonly identify: (request: Request) => Access;
  readonly requestIdOf: (request: Request) => string;
  /** Prefix of absolute URLs; null makes them relative. */
  readonly publicUrl: string | null;
  readonly costs: RequestCosts;
  /** Patterns of the routes whose handlers stream the body. */
  readonly streamedRoutes: readonly string[];
}

/** The parts of a request that decide its cost. */
export interface CostlyRequest {
  readonly method: string;
  /** Pattern of the route, e.g. `/api/v3/jobs/:id`. */
  readonly route: string;
  readonly headers: Headers;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Tokens of the rate limit that requests take beyond the one of every request. */
export interface RequestCosts {
  /** Returns the tokens of a JSON body, which are taken before it is read. */
  ofBody(request: Pick<CostlyRequest, "headers">): number;
  /** Returns the tokens of the work itself, which are taken before it begins. */
  ofWork(request: CostlyRequest): number;
}

/** The part of a handler's context that depends on the identity. */
export type Admitted = {
  readonly identity: Identity;
  /** Aborts when the access ends, e.g. by a revoked key, with the error to answer; streams must stop then. */
  readonly accessEnds: AbortSignal;
  /** The `Cache-Control` of stored bytes. */
  readonly bytesCacheControl: string;
};

/** The plugin that every slice's routes build on. */
export type Http = ReturnType<typeof createHttp>;

/**
 * Creates the plugin of all endpoints: strict JSON bodies, and the identity. Elysia makes a single instance of it for
 * all slices, because it has a name.
 */
export function createHttp({ identify, requestIdOf, publicUrl, costs, streamedRoutes }: HttpDeps) {
  function charge(request: Request, set: { headers: Record<string, string | number> }, tokens: number): void {
    if (tokens <= 0) return;
    const access = identify(request);
    access.charge(tokens);
    Object.assign(set.headers, access.headers);
  }

  const streamed = new Set(streamedRoutes);
  return new Elysia({ name: "reelog.http", normalize: false })
    .decorate("publicUrl", publicUrl)
    .onParse({ as: "global" }, ({ request, route, set }) => {
      // Not undefined: the framework would then hold the whole body in memory. Its own `parse: "none"` comes too late.
      if (streamed.has(route)) {
        if (request.body !== null && !isForm(request)) charge(request, set, costs.ofBody(request));
        return null;
      }
      // A DELETE's body has no meaning (RFC 9110, section 9.3.5), and many clients announce an empty one as JSON.
      if (request.method === "DELETE") return {};
      // No body and no claim of one: an endpoint whose body is optional sees an absent one.
      if (request.body === null && !request.headers.has("content-type")) return {};
      charge(request, set, costs.ofBody(request));
      return readJson(request);
    })
    .onTransform({ as: "global" }, ({ request, set, route, query, params, body }) => {
      assertPlain(params);
      readPageNumbers(query);
      const { method, headers } = request;
      charge(request, set, costs.ofWork({ method, route, headers, params, query, body }));
    })
    .derive({ as: "global" }, ({ request }): Admitted => {
      const { owner, actor, accessEnds, bytesFreshFor } = identify(request);
      // Reading the body may have taken long.
      accessEnds.throwIfAborted();
      const identity = { owner, actor, requestId: requestIdOf(request) };
      return {
        identity,
        accessEnds,
        // Never public: a shared cache would continue to serve deleted resources, or those that its reader may no
        // longer see.
        bytesCacheControl: bytesFreshFor > 0 ? `private, max-age=${bytesFreshFor}` : "private, no-cache",
      };
    });
}

const NOT_PLAIN = /^\.\.?$|[\\#]/;

/**
 * Rejects paths that the runtime matches as they were sent but shows in `request.url` with dot segments and backslashes
 * resolved: access was authorized by another path than the matched one.
 *
 * @throws {AppError} `bad_request`
 */
function assertPlain(params: unknown): void {
  for (const part of Object.values(Object(params))) {
    if (typeof part === "string" && NOT_PLAIN.test(part)) {
      throw new AppError("bad_request", "Cannot read the path: it has dot segments, backslashes or a fragment");
    }
  }
}
