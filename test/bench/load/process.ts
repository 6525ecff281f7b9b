/** Makes loads in a process of its own, so that what it costs to ask counts for nobody who answers. */
import { Value } from "@sinclair/typebox/value";
import type { Socket } from "bun";
import { LoadOrder, type LoadPlan, type LoadResult } from "./plan.ts";

let stop = () => {};

process.on("message", (message: unknown) => {
  const order = Value.Parse(LoadOrder, message);
  if (order === "stop") stop();
  else
    run(order).then(
      (result) => process.send?.(result),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
});

async function run(plan: LoadPlan): Promise<LoadResult> {
  const latencies: number[] = [];
  let [left, refused, bytes] = [plan.requests ?? Number.POSITIVE_INFINITY, 0, 0];
  stop = () => {
    left = 0;
  };
  const begin = performance.now();
  const connection = () =>
    connect(plan, {
      takes: () => left-- > 0,
      done(latency, answer) {
        latencies.push(latency);
        bytes += answer.bytes;
        if (answer.isRefusal) refused++;
      },
    });
  await Promise.all(Array.from({ length: plan.connections }, connection));
  const milliseconds = performance.now() - begin;
  latencies.sort((a, b) => a - b);
  const quantile = (part: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0;
  return { milliseconds, requests: latencies.length, refused, bytes, p50: quantile(0.5), p99: quantile(0.99) };
}

interface Course {
  /** Returns true while one more request is due. */
  takes(): boolean;
  done(latency: number, answer: { readonly bytes: number; readonly isRefusal: boolean }): void;
}

/** One keep-alive connection over a bare socket: a full client would cost as much as the server it measures. */
async function connect({ request, port, everyMs, refusal }: LoadPlan, course: Course): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let began = 0;
  let head = "";
  let length = -1;
  let received = 0;
  let isRefusal = false;
  const refused = `HTTP/1.1 ${refusal} `;

  function next(socket: Socket): void {
    if (!course.takes()) {
      resolve();
      socket.end();
      return;
    }
    [head, length, received] = ["", -1, 0];
    began = performance.now();
    socket.write(request);
  }

  function take(socket: Socket, chunk: Buffer): void {
    let body = chunk;
    if (length < 0) {
      head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const told = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))?.[1];
      isRefusal = head.startsWith(refused);
      if (told === undefined || !(isRefusal || head.startsWith("HTTP/1.1 2"))) {
        reject(new Error(`Cannot measure: the answer is ${head.slice(0, 1000)}`));
        return;
      }
      length = Number(told);
      body = chunk.subarray(chunk.byteLength - (head.length - end - 4));
    }
    received += body.byteLength;
    if (received < length) return;
    const latency = performance.now() - began;
    course.done(latency, { bytes: received, isRefusal });
    if (latency < everyMs) setTimeout(next, everyMs - latency, socket);
    else next(socket);
  }

  await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: next,
      data: take,
      close: () => reject(new Error("Cannot measure: the server closed the connection")),
      error: (_socket, error) => reject(error),
    },
  });
  return promise;
}
