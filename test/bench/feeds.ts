import { connect, type Socket } from "node:net";
import { assetStream } from "../../src/assets/events.ts";
import type { StreamWrite } from "../../src/event_log/mod.ts";
import { createStreamHub } from "../../src/event_streams/mod.ts";
import { frameOf, openingFrame } from "../../src/event_streams/sse_frame.ts";
import { sseResponse } from "../../src/event_streams/sse_response.ts";
import { createDescribeEvent } from "../../src/history/mod.ts";
import { allEventDescriptions } from "../../src/server/registry.ts";
import { spawnServer } from "../support/server_process.ts";
import { type Benchmark, speed, timed } from "./benchmark.ts";
import { catalogue, METADATA, requestOf, temporaryDirectory, temporaryStore } from "./stores.ts";

const IDLE = 1_000;
const LISTENERS = 100;
const APPENDS = 40;
const EVENTS_PER_APPEND = 25;

/** The memory of an idle listener: its socket, its stream and its entry in the hub. */
const idleBenchmark: Benchmark = {
  what: `${IDLE} idle listeners to /events, memory each`,
  against: "the same server without them",
  figure: { unit: " KiB", better: "less", of: (ours, theirs) => (ours - theirs) / IDLE / 1024 },
  goal: 32,
  floor: 64,
  rounds: 3,
  async open() {
    let idle = 0;
    return {
      // A server of its own each time: memory that once was needed is not given back at once.
      async ours() {
        const directory = temporaryDirectory();
        await using server = await spawnServer({ DATA_DIR: directory.path });
        // Warm before, so that both figures are of the same server.
        for (let request = 0; request < 500; request++) await (await fetch(`${server.url}/health/live`)).text();
        idle = await rssOf(server.url);
        const sockets = await Promise.all(Array.from({ length: IDLE }, () => listen(server.url, "/api/v3/events")));
        const full = await rssOf(server.url);
        for (const socket of sockets) socket.destroy();
        directory[Symbol.dispose]();
        return full;
      },
      theirs: async () => idle,
      note: (ours, theirs) => `${Math.round(ours / 1024 ** 2)} MiB against ${Math.round(theirs / 1024 ** 2)} MiB`,
      async [Symbol.asyncDispose]() {},
    };
  },
};

async function rssOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]);
}

/** Every event of a busy log to a hundred clients, from its append to the last client's last byte. */
const fanOutBenchmark: Benchmark = {
  what: `SSE fan-out to ${LISTENERS} listeners`,
  against: "a bare Bun.serve that writes the same bytes, without a log",
  figure: speed,
  goal: 0.3,
  floor: 0.15,
  rounds: 5,
  async open() {
    const store = await temporaryStore();
    const describe = createDescribeEvent(catalogue.types, allEventDescriptions);
    const hub = createStreamHub({
      log: store.log,
      describe,
      onError: (error) => console.error(error),
    });
    const controllers = new Set<ReadableStreamDefaultController<Uint8Array>>();
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch(request, server) {
        server.timeout(request, 0);
        if (request.url.endsWith("/plain")) return new Response(plainStream(controllers));
        const onCutOff = () => console.error("a listener was cut off");
        return sseResponse(
          hub.open({ owner: "ann", after: store.head(), opening: openingFrame(0), onCutOff }),
          console.error,
        );
      },
    });
    const writes = (count: number): StreamWrite[] =>
      Array.from({ length: count }, (_, index) => ({
        stream: assetStream(Bun.randomUUIDv7()),
        expected: "none",
        events: [requestOf(index, "https://assets.example/hero.jpg")],
      }));
    const received = { bytes: 0, expected: Number.POSITIVE_INFINITY, done: () => {} };
    const onData = (chunk: Buffer) => {
      received.bytes += chunk.byteLength;
      if (received.bytes >= received.expected) received.done();
    };
    const ours = await listenAll(`http://127.0.0.1:${server.port}`, "/feed", onData);
    const theirs = await listenAll(`http://127.0.0.1:${server.port}`, "/plain", onData);
    const [sample] = await store.log.append(writes(1), METADATA);
    if (!sample) throw new Error("nothing was appended");
    const frame = frameOf(sample, describe);
    const batch = Buffer.concat(Array.from({ length: EVENTS_PER_APPEND }, () => frame));
    const bytesEach = frame.byteLength * APPENDS * EVENTS_PER_APPEND;

    /** Until all bytes are there, give or take the longer ids and the framing of chunks. */
    async function measured(write: () => Promise<void>): Promise<number> {
      // What came late in the round before must not count in this one.
      await Bun.sleep(100);
      const done = Promise.withResolvers<void>();
      Object.assign(received, { bytes: 0, expected: bytesEach * LISTENERS, done: done.resolve });
      return await timed(async () => {
        await write();
        await done.promise;
      });
    }

    return {
      ours: () =>
        measured(async () => {
          for (let append = 0; append < APPENDS; append++) {
            await store.log.append(writes(EVENTS_PER_APPEND), METADATA);
          }
        }),
      theirs: () =>
        measured(async () => {
          for (let append = 0; append < APPENDS; append++) {
            for (const controller of controllers) controller.enqueue(batch);
            await Bun.sleep(0);
          }
        }),
      note(mine, plain) {
        const perSecond = (ms: number) => Math.round((APPENDS * EVENTS_PER_APPEND * LISTENERS * 1000) / ms);
        return `${perSecond(mine)} events/s delivered against ${perSecond(plain)}`;
      },
      async [Symbol.asyncDispose]() {
        for (const socket of [...ours, ...theirs]) socket.destroy();
        hub.close();
        await server.stop(true);
        store[Symbol.dispose]();
      },
    };
  },
};

function plainStream(controllers: Set<ReadableStreamDefaultController<Uint8Array>>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controllers.add(controller);
      controller.enqueue(openingFrame(0));
    },
  });
}

async function listenAll(url: string, path: string, onData: (chunk: Buffer) => void): Promise<Socket[]> {
  const sockets = await Promise.all(Array.from({ length: LISTENERS }, () => listen(url, path)));
  for (const socket of sockets) socket.on("data", onData);
  return sockets;
}

/** Opens a stream and waits for its first frame. */
async function listen(url: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  let text = "";
  await new Promise<void>((resolve) => {
    socket.on("data", function first(chunk: Buffer) {
      text += chunk.toString("latin1");
      if (!text.includes("retry:")) return;
      socket.off("data", first);
      resolve();
    });
  });
  return socket;
}

/** Streams of events. */
export const feedBenchmarks: readonly Benchmark[] = [idleBenchmark, fanOutBenchmark];
