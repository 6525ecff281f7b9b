import { type Static, Type } from "@sinclair/typebox";

/** A load. */
export const LoadPlan = Type.Object({
  /** The request as it goes over the wire, for a host on loopback. */
  request: Type.String(),
  port: Type.Integer(),
  connections: Type.Integer({ minimum: 1 }),
  /** The number of requests in all; null goes on until the load is ended. */
  requests: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  /** From the start of one request of a connection to that of the next, at least. */
  everyMs: Type.Number({ minimum: 0 }),
  /** The status of a refusal that is expected; any other than a 2xx ends the load. */
  refusal: Type.Union([Type.Integer(), Type.Null()]),
});

/** A load. */
export type LoadPlan = Static<typeof LoadPlan>;

/** The result of a load; every answer was complete. */
export const LoadResult = Type.Object({
  milliseconds: Type.Number(),
  requests: Type.Integer(),
  refused: Type.Integer({ description: "of the requests" }),
  bytes: Type.Integer({ description: "of bodies" }),
  /** Milliseconds from a request's first byte to the last one of its answer. */
  p50: Type.Number(),
  p99: Type.Number(),
});

/** The result of a load. */
export type LoadResult = Static<typeof LoadResult>;

/** A message of the process: the result of a load, or the reason for having none. */
export const LoadReport = Type.Union([LoadResult, Type.Object({ error: Type.String() })]);

/** A message to the process: begin a load, or end the running one. */
export const LoadOrder = Type.Union([LoadPlan, Type.Literal("stop")]);
