import { type Static, Type } from "@sinclair/typebox";

/** What a load is. */
export const LoadPlan = Type.Object({
  /** The request as it goes over the wire, for a host on loopback. */
  request: Type.String(),
  port: Type.Integer(),
  connections: Type.Integer({ minimum: 1 }),
  /** How many requests in all; null goes on until it is told to stop. */
  requests: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  /** From the start of one request of a connection to that of the next, at least. */
  everyMs: Type.Number({ minimum: 0 }),
  /** The status of a refusal that is expected; any other than a 2xx ends the load. */
  refusal: Type.Union([Type.Integer(), Type.Null()]),
});

/** What a load is. */
export type LoadPlan = Static<typeof LoadPlan>;

/** What came of a load; every answer was complete. */
export const LoadResult = Type.Object({
  milliseconds: Type.Number(),
  requests: Type.Integer(),
  refused: Type.Integer({ description: "of the requests" }),
  bytes: Type.Integer({ description: "of bodies" }),
  /** Milliseconds from a request's first byte to the last one of its answer. */
  p50: Type.Number(),
  p99: Type.Number(),
});

/** What came of a load. */
export type LoadResult = Static<typeof LoadResult>;

/** What the process says: what came of a load, or why there is nothing to say. */
export const LoadReport = Type.Union([LoadResult, Type.Object({ error: Type.String() })]);

/** What the process is told: to begin a load, or to end the one under way. */
export const LoadOrder = Type.Union([LoadPlan, Type.Literal("stop")]);
