import { expect, test } from "bun:test";
import { once } from "node:events";
import { readAsset } from "../support/answer.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { connectTo, requestHead } from "../support/raw_request.ts";
import { spawnServer } from "../support/server_process.ts";
import { silence } from "../support/silence.ts";
import { isHeldByPeer } from "../support/tcp_state.ts";
import { filesIn, until } from "../support/test_server.ts";
import { importBody, lastingData, ONCE, typesOf } from "./lasting_data.ts";

/** The bytes that a sender repeats every two seconds, so as not to seem silent. */
const DRIPS = {
  "sends nothing at all": { first: "", drip: "" },
  "sends a header every two seconds": { first: "GET /health/live HTTP/1.1\r\nHost: localhost\r\n", drip: "X-A: b\r\n" },
  "sends a byte of its body every two seconds": {
    first: `POST /api/v3/clients HTTP/1.1\r\n${"Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"}{`,
    drip: " ",
  },
} as const;

/** Resolves when the server ends the connection. */
async function cutOff(url: string, { first, drip }: { first: string; drip: string }): Promise<string> {
  const socket = connectTo(url);
  let received = "";
  socket.on("data", (chunk) => {
    received += String(chunk);
  });
  socket.write(first);
  const dripping = setInterval(() => socket.write(drip), 2_000);
  await once(socket, "close");
  clearInterval(dripping);
  return received;
}

/** Asks for a large file, reads its beginning, and nothing more until the server lets go: how much there was in the end. */
async function unread(url: string, path: string): Promise<number> {
  const socket = connectTo(url);
  let bytes = 0;
  socket.on("data", (chunk) => {
    bytes += chunk.length;
    socket.pause();
  });
  socket.write(requestHead(`GET ${path}`));
  await until(() => bytes > 0);
  await until(async () => !(await isHeldByPeer(socket)), { waitMs: 150_000 });
  socket.removeAllListeners("data");
  socket.on("data", (chunk) => {
    bytes += chunk.length;
  });
  socket.resume();
  await once(socket, "close");
  return bytes;
}

// These wait for clocks of the server that are no settings, so they wait at the same time.
test.concurrent("who is slow on purpose is cut off, and nobody else waits", async () => {
  await using both = await startServerAndOrigin();
  const { server, origin } = both;
  const size = 40_000_000;
  origin.put("/long.wav", silence(size));
  const { data } = await server.api("POST", "/assets/from-url", {
    name: "long",
    type: "audio",
    url: `${origin.url}/long.wav`,
  });
  const path = String(Object(data).url);

  const slow = Object.entries(DRIPS).flatMap(([name, drip]) =>
    // Forty of each: more than a server with a thread for each would have left for others.
    Array.from({ length: 40 }, async () => [name, await cutOff(server.url, drip)] as const),
  );
  const reader = unread(server.url, path);
  const list = await server.api("GET", "/assets");
  expect(list.status).toBe(200);
  for (const [name, received] of await Promise.all(slow)) {
    // No answer, or one that says why; never a success.
    expect({ name, received: received.slice(0, 12) }).toEqual({
      name,
      received: expect.stringMatching(/^($|HTTP\/1.1 4)/),
    });
  }
  expect(await reader).toBeLessThan(size);
  expect((await server.api("GET", "/assets")).status).toBe(200);
}, 300_000);

test.concurrent("an import that takes longer than the grace of a stop is left to the next start, which ends it once", async () => {
  await using place = await lastingData();
  let id: string;
  {
    await using server = await spawnServer(place.env);
    const body = importBody(place.origin, "/half/long/photo.png");
    const headers = { "idempotency-key": "long" };
    id = readAsset(await server.api("POST", "/assets/from-url", body, { ...headers, prefer: "respond-async" })).id;
    // Somebody waits for it, so the server waits as well: but not for longer than the grace.
    const waiting = server.api("POST", "/assets/from-url", body, headers).catch(() => "cut off");
    await until(() => place.origin.open() === 1);
    await Bun.sleep(100);
    server.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(await waiting).toBe("cut off");
  }
  expect(typesOf(place.dataDir, id)).toEqual(["AssetRequested"]);
  expect(filesIn(`${place.dataDir}/blobs`)).toEqual([]);
  place.origin.release("long");
  await using server = await spawnServer(place.env);
  await until(async () => readAsset(await server.api("GET", `/assets/${id}`)).status === "ready");
  expect(typesOf(place.dataDir, id)).toEqual(ONCE);
});
