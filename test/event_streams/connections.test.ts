import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { ClientCreated } from "../../src/clients/events.ts";
import { createCatalogue, openStore } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { newClient } from "../support/clients.ts";
import { openStream } from "../support/event_stream.ts";
import { connectTo, requestHead } from "../support/raw_request.ts";
import { spawnServer } from "../support/server_process.ts";
import { eventsIn, startTestServer, type TestServer, temporaryDirectory, until } from "../support/test_server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Returns the number of open streams from the server's metrics. */
async function openStreams(): Promise<number> {
  const text = await (await server.get("/metrics")).text();
  return Number(/^reelog_event_streams (\d+)$/m.exec(text)?.[1]);
}

const open = (lastEventId?: number | string) =>
  openStream(`${server.url}/api/v3/events`, lastEventId === undefined ? {} : { "last-event-id": String(lastEventId) });

describe("a connection that ends", () => {
  test("frees its stream, however it ends", async () => {
    const polite = await Promise.all(Array.from({ length: 20 }, () => open()));
    for (const stream of polite) await stream.frame();
    const rude = Array.from({ length: 20 }, () => connectTo(server.url));
    for (const socket of rude) socket.write(requestHead("GET /api/v3/events"));
    await until(async () => (await openStreams()) === 40);
    for (const stream of polite) await stream.close();
    await until(async () => (await openStreams()) === 20);
    for (const socket of rude) socket.resetAndDestroy();
    await until(async () => (await openStreams()) === 0);
  });

  test("frees its stream also when it ends before the first byte", async () => {
    for (let round = 0; round < 30; round++) {
      const socket = connectTo(server.url);
      socket.write(requestHead("GET /api/v3/events"));
      if (round % 2 === 0) await Bun.sleep(1);
      socket.destroy();
    }
    await newClient(server.api);
    await until(async () => (await openStreams()) === 0);
  });

  test("is the server's doing when the client takes nothing; it resumes without loss", async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => newClient(server.api)));
    const before = server.eventTypes().length;
    const socket = connectTo(server.url);
    socket.write(requestHead("GET /api/v3/events", { "Last-Event-ID": String(before) }));
    await until(async () => (await openStreams()) === 1);
    socket.pause();
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    let rounds = 0;
    // In turn: a command reads the whole history of its client.
    await until(async () => {
      for (const id of ids) {
        const metadata = { round: rounds++, padding: "x".repeat(60_000) };
        await server.api("PUT", `/clients/${id}`, { metadata });
      }
      return (await openStreams()) === 0;
    });
    const received: Buffer[] = [];
    socket.on("data", (chunk) => void received.push(Buffer.from(chunk)));
    socket.resume();
    await closed;
    const text = Buffer.concat(received).toString("utf8");
    const whole = text.slice(0, text.lastIndexOf("\n\n"));
    const seen = [...whole.matchAll(/^id: (\d+)\r?\nevent: /gm)].map((match) => Number(match[1]));
    const all = server.eventTypes().length;
    expect(seen.length).toBeLessThan(all - before);

    await using resumed = await open(seen.at(-1) ?? before);
    const missing = all - (seen.at(-1) ?? before);
    const rest = (await resumed.take(missing)).map(({ position }) => position);
    expect([...seen, ...rest]).toEqual(Array.from({ length: all - before }, (_, index) => before + index + 1));
  });
});

describe("what another process appends", () => {
  test("arrives, and what is somebody else's never does", async () => {
    await using stream = await open();
    await stream.frame();
    const { dataDir } = server.config;
    const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
    try {
      const details = { description: null, homepage: null, brandGuidelines: null, metadata: null };
      const append = (owner: string, name: string) =>
        store.log.append(
          {
            stream: `client-${Bun.randomUUIDv7()}`,
            expected: "none",
            events: [ClientCreated.of({ name, ...details })],
          },
          { owner, actor: owner },
        );
      for (let round = 1; round <= 5; round++) {
        const [theirs] = await append("mallory", "Not yours");
        await append("local", `Round ${round}`);
        expect((await stream.next())?.data).toMatchObject({ name: `Round ${round}` });
        const asked = theirs?.stream ?? "";
        await using direct = await openStream(`${server.url}/api/v3/events?lastEventId=0&stream=${asked}`);
        await using all = await openStream(`${server.url}/api/v3/events?lastEventId=0&type=ClientCreated`);
        await append("local", "Last");
        expect((await stream.next())?.data).toMatchObject({ name: "Last" });
        for (let event = await all.next(); event?.position !== theirs?.position; event = await all.next()) {
          expect(event?.data).not.toMatchObject({ name: "Not yours" });
          if (Object(event?.data).name === "Last") break;
        }
        expect(await Promise.race([direct.next(), Bun.sleep(50).then(() => "nothing")])).toBe("nothing");
      }
    } finally {
      store.close();
    }
  });
});

describe("a server that is killed", () => {
  test("is resumed by its clients without loss and without repetition", async () => {
    const dataDir = await temporaryDirectory();
    try {
      const positions: number[] = [];
      let lastEventId = "0";
      for (let life = 1; life <= 3; life++) {
        await using process = await spawnServer({ DATA_DIR: dataDir });
        const stream = await openStream(`${process.url}/api/v3/events`, { "last-event-id": lastEventId });
        const following = (async () => {
          try {
            for (let event = await stream.next(); event; event = await stream.next()) positions.push(event.position);
          } catch {
            // The connection broke, in the middle of a frame or not.
          }
        })();
        const goal = positions.length + 40;
        const writing = (async () => {
          for (;;) await newClient(process.api);
        })().catch(() => "the server is gone");
        await until(() => positions.length >= goal);
        process.kill("SIGKILL");
        await Promise.all([process.exited, following, writing]);
        lastEventId = stream.lastEventId();
      }
      await using process = await spawnServer({ DATA_DIR: dataDir });
      await using stream = await openStream(`${process.url}/api/v3/events`, { "last-event-id": lastEventId });
      const logged = eventsIn(dataDir).map(({ position }) => position);
      const rest = await stream.take(logged.length - positions.length);
      expect([...positions, ...rest.map(({ position }) => position)]).toEqual(logged);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  test("with SIGTERM ends its streams in whole frames and stops at once", async () => {
    const dataDir = await temporaryDirectory();
    try {
      await using process = await spawnServer({ DATA_DIR: dataDir });
      await using stream = await openStream(`${process.url}/api/v3/events`);
      const all = stream.rest();
      await newClient(process.api);
      process.kill("SIGTERM");
      expect((await all).length).toBeLessThanOrEqual(1);
      expect(await process.exited).toBe(0);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
