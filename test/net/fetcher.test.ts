import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFsBlobStore } from "../../src/blobs/mod.ts";
import {
  createFetcher,
  createFetchPool,
  type FetcherOptions,
  type FetchPoolOptions,
  parseGrants,
} from "../../src/net/mod.ts";
import type { ProcessPool, Workspace } from "../../src/processes/mod.ts";
import { childrenNamed } from "../support/child_processes.ts";
import { endless, failure, loopbackPool, rawOrigin, scriptedOrigin, until } from "./origin.ts";

const HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const KILLED = "unavailable: Cannot fetch the file: its process was killed, perhaps for want of memory";
const CRASHED = "unavailable: Cannot fetch the file: the fetch process ended";

/** A fetcher with a process and a folder of its own. */
async function open(grants: string, { pool = loopbackPool(), ...options }: Partial<FetcherOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "reelog-fetcher-"));
  const limits = { maxBytes: 1024 ** 2, totalMs: 20_000, ...options };
  const fetcher = createFetcher({ pool, grants: parseGrants(grants), ...limits });
  return {
    ...fetcher,
    pool,
    path: (name: string) => join(folder, name),
    async [Symbol.asyncDispose]() {
      await pool.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The files of the one process of a pool. */
async function workspaceOf(pool: ProcessPool): Promise<Workspace> {
  using place = await pool.enter();
  return place.workspace;
}

function misbehavingPool(options: Partial<FetchPoolOptions> = {}): ProcessPool {
  const script = new URL("./misbehaving_fetch_process.ts", import.meta.url);
  return createFetchPool({ concurrency: 2, script, ...options });
}

describe("a fetch", () => {
  test("leaves the bytes in a file that only the server may read, and says what they are", async () => {
    const body = Buffer.alloc(700_000, "some bytes ");
    const head = "HTTP/1.1 200 OK\r\nContent-Type: x/y\r\n\r\n";
    await using origin = await scriptedOrigin(Buffer.concat([Buffer.from(head), body]));
    await using fetcher = await open(`origin.example:${origin.port}`);
    const url = `http://origin.example:${origin.port}/a`;
    expect(await fetcher.fetch(`${url}#b`, fetcher.path("a"))).toEqual({
      sha256: createHash("sha256").update(body).digest("hex"),
      sizeBytes: 700_000,
      contentType: "x/y",
      finalUrl: url,
    });
    expect((await readFile(fetcher.path("a"))).equals(body)).toBe(true);
    expect((await stat(fetcher.path("a"))).mode & 0o777).toBe(0o600);
  });

  test("writes over no file that is there", async () => {
    await using origin = await scriptedOrigin(HELLO);
    await using fetcher = await open(`origin.example:${origin.port}`);
    await Bun.write(fetcher.path("a"), "mine");
    const fetched = fetcher.fetch(`http://origin.example:${origin.port}/`, fetcher.path("a"));
    expect(await failure(fetched)).toBe("unavailable: Cannot fetch the file: the fetch process failed");
    expect(await readFile(fetcher.path("a"), "utf8")).toBe("mine");
  });

  test("of a file larger than what is flushed at a time is whole", async () => {
    const size = 20 * 1024 ** 2 + 1;
    await using origin = await scriptedOrigin(
      Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`), Buffer.alloc(size, "x")]),
    );
    await using fetcher = await open(`origin.example:${origin.port}`, { maxBytes: size });
    const fetched = await fetcher.fetch(`http://origin.example:${origin.port}/`, fetcher.path("a"));
    expect(fetched.sizeBytes).toBe(size);
    expect((await stat(fetcher.path("a"))).size).toBe(size);
  });

  test.each([
    ["mixed.example", "source_not_allowed: Cannot fetch from mixed.example: it is not a public host"],
    ["metadata.example", "source_not_allowed: Cannot fetch from metadata.example: it is not a public host"],
    ["liar.example", "source_not_allowed: Cannot fetch from liar.example: it is not a public host"],
    ["silent.example", "source_timeout: Cannot fetch from silent.example: it was not resolved within 0.2 s"],
    ["nobody.example", "source_unreachable: Cannot fetch from nobody.example: it has a name that cannot be resolved"],
  ])("judges what %s resolves to", async (host, sentence) => {
    await using fetcher = await open("*", { clocks: { resolveMs: 200 } });
    expect(await failure(fetcher.fetch(`http://${host}/`, fetcher.path("a")))).toBe(sentence);
  });

  test("asks the system's resolver", async () => {
    await using origin = await scriptedOrigin(HELLO);
    await using fetcher = await open(`localhost:${origin.port}, *`, { pool: createFetchPool({ concurrency: 1 }) });
    const { sizeBytes } = await fetcher.fetch(`http://localhost:${origin.port}/`, fetcher.path("a"));
    expect(sizeBytes).toBe(5);
    expect(await failure(fetcher.fetch("http://nowhere.invalid/", fetcher.path("b")))).toStartWith(
      "source_unreachable: ",
    );
  });
});

describe("fetches at once", () => {
  test("share a process, and each has its own rules and outcome", async () => {
    await using origin = await rawOrigin((socket, path) =>
      path === "/endless" ? endless(socket) : socket.end(path === "/gone" ? "HTTP/1.1 410 Gone\r\n\r\n" : HELLO),
    );
    await using fetcher = await open(`origin.example:${origin.port}`);
    const stranger = createFetcher({
      pool: fetcher.pool,
      grants: parseGrants("other.example"),
      maxBytes: 1,
      totalMs: 5000,
    });
    const url = `http://origin.example:${origin.port}`;
    const outcomes = await Promise.all([
      fetcher.fetch(`${url}/a`, fetcher.path("a")).then(({ sizeBytes }) => sizeBytes),
      failure(fetcher.fetch(`${url}/gone`, fetcher.path("b"))),
      failure(fetcher.fetch(`${url}/endless`, fetcher.path("c"))),
      failure(stranger.fetch(`${url}/a`, fetcher.path("d"))),
    ]);
    expect(outcomes).toEqual([
      5,
      "source_error: Cannot fetch from origin.example: it answers with status 410",
      "asset_too_large: Cannot fetch from origin.example: it is larger than 1 MiB",
      "source_not_allowed: Cannot fetch from origin.example: it is not a granted host",
    ]);
    await until(() => origin.open() === 0);
    expect(["a", "b", "c", "d"].filter((name) => existsSync(fetcher.path(name)))).toEqual(["a"]);
  });

  test("go on when the caller of one leaves, whose connection is closed", async () => {
    let finish = () => {};
    const asked = new Set<string>();
    await using origin = await rawOrigin((socket, path) => {
      asked.add(path);
      if (path === "/endless") endless(socket);
      else finish = () => socket.end(HELLO);
    });
    await using fetcher = await open(`origin.example:${origin.port}`, { maxBytes: 1024 ** 4 });
    const url = `http://origin.example:${origin.port}`;
    const leaving = new AbortController();
    const left = failure(fetcher.fetch(`${url}/endless`, fetcher.path("a"), { signal: leaving.signal }));
    const stays = fetcher.fetch(`${url}/b`, fetcher.path("b"));
    const { writable } = await workspaceOf(fetcher.pool);
    const arriving = () => readdirSync(writable).length;
    await until(() => asked.size === 2 && arriving() === 1);
    leaving.abort("gone");
    expect(await left).toBe("gone");
    await until(() => origin.open() === 1);
    await until(() => arriving() === 0);
    finish();
    expect((await stays).sizeBytes).toBe(5);
  });
});

describe("a fetch process", () => {
  test("that is killed fails the fetches that it had, and the next one has a new one", async () => {
    await using origin = await rawOrigin((socket, path) => (path === "/wait" ? undefined : socket.end(HELLO)));
    await using fetcher = await open(`origin.example:${origin.port}`);
    const url = `http://origin.example:${origin.port}`;
    const waiting = ["a", "b"].map((name) => failure(fetcher.fetch(`${url}/wait`, fetcher.path(name))));
    await until(() => origin.open() === 2);
    for (const pid of childrenNamed(process.pid, "loopback_process")) process.kill(pid, "SIGKILL");
    expect(await Promise.all(waiting)).toEqual([KILLED, KILLED]);
    expect((await fetcher.fetch(`${url}/`, fetcher.path("c"))).sizeBytes).toBe(5);
  });

  test("that hangs is killed some time after the end of a download's own", async () => {
    await using fetcher = await open("*", { pool: misbehavingPool(), totalMs: 100, hangingMs: 300 });
    expect(await failure(fetcher.fetch("http://origin.example/hang", fetcher.path("a")))).toBe(
      "unavailable: Cannot fetch the file: its process did not answer in time",
    );
  });

  test.each([
    ["/crash", CRASHED],
    ["/throw", "unavailable: Cannot fetch the file: the fetch process failed"],
    ["/path", "unavailable: Cannot fetch the file: the fetch process failed"],
    ["/size", "unavailable: Cannot fetch the file: the fetch process failed"],
    ["/nothing", "unavailable: Cannot fetch the file: the fetch process failed"],
    ["/honest-without-a-file", "unavailable: Cannot fetch the file: the fetch process failed"],
    ["/too-large", "asset_too_large: Cannot store the file: it is larger than 1 MiB"],
    ["/shorter", "unavailable: Cannot fetch the file: the fetch process failed"],
    ["/elsewhere", "unavailable: Cannot fetch the file: the fetch process failed"],
    ["/control", "unavailable: Cannot fetch the file: the fetch process failed"],
    ["/code", "unavailable: Cannot fetch the file: the fetch process failed"],
    ["/words", `source_error: a b c${"d".repeat(495)}`],
  ])("is not believed everything: %s", async (path, sentence) => {
    await using fetcher = await open("*", { pool: misbehavingPool() });
    expect(await failure(fetcher.fetch(`http://origin.example${path}`, fetcher.path("a")))).toBe(sentence);
    expect(existsSync(fetcher.path("a"))).toBe(false);
    expect(readdirSync((await workspaceOf(fetcher.pool)).writable)).toEqual([]);
  });

  test("that names another content's hash has only its own bytes stored, under their own", async () => {
    await using fetcher = await open("*", { pool: misbehavingPool() });
    await using blobs = await openFsBlobStore(fetcher.path("data"), { useOf: () => "unnamed" });
    using theirs = await blobs.write(new Blob(["their bytes"]).stream(), { maxBytes: 100 });
    await fetcher.fetch(`http://origin.example/hash?other=${theirs.sha256}`, fetcher.path("a"));
    using stored = await blobs.writeFile(fetcher.path("a"));
    expect(stored.sha256).toBe(createHash("sha256").update("evil!").digest("hex"));
    const found = await blobs.find(theirs.sha256);
    expect(found && (await new Response(found.body()).text())).toBe("their bytes");
  });

  test.each(["/link", "/second-name", "/pipe", "/directory"])(
    "that makes no plain file of its own gets nothing stored, also where nothing confines it: %s",
    async (path) => {
      const failed: string[] = [];
      await using fetcher = await open("*", {
        pool: misbehavingPool({ sandbox: "none", onLog: (message) => failed.push(message) }),
      });
      await Bun.write(fetcher.path("theirs"), "hello");
      const workspace = await workspaceOf(fetcher.pool);
      await using lent = await workspace.lend(fetcher.path("theirs"));
      for (const other of [fetcher.path("theirs"), lent.path]) {
        const fetched = fetcher.fetch(`http://origin.example${path}?other=${other}`, fetcher.path("a"));
        expect(await failure(fetched)).toBe("unavailable: Cannot fetch the file: the fetch process failed");
      }
      // It has made what it was to make: the server alone has refused it.
      expect(failed).toEqual([]);
      expect(existsSync(fetcher.path("a"))).toBe(false);
      expect(readdirSync(workspace.writable)).toEqual([]);
      expect(await readFile(fetcher.path("theirs"), "utf8")).toBe("hello");
    },
  );
});

test("a fetch whose caller has left already makes no file", async () => {
  await using fetcher = await open("*");
  const signal = AbortSignal.abort("gone");
  expect(await failure(fetcher.fetch("http://origin.example/", fetcher.path("a"), { signal }))).toBe("gone");
  expect(existsSync(fetcher.path("a"))).toBe(false);
});
