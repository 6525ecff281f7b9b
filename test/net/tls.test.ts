import { describe, expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import {
  expired,
  type Fetched,
  failure,
  fetchAll,
  fetchApart,
  fetchHere,
  loopbackPool,
  scriptedOrigin,
  selfSigned,
  tlsOrigin,
} from "./origin.ts";

const NO_TLS = (host: string) => `source_unreachable: Cannot fetch from ${host}: it offers no valid TLS connection`;

type Fetch = (url: string) => Promise<Fetched>;
type FetchEachWay = <T>(outcome: (fetch: Fetch) => Promise<T>) => Promise<T[]>;

/**
 * Runs with other variables in the environment, and puts it back. It is given what tries something in this process, and
 * in a fetch process that was started in this environment.
 */
async function withEnvironment(
  variables: Record<string, string>,
  run: (fetchEachWay: FetchEachWay) => Promise<void>,
): Promise<void> {
  const pool = loopbackPool();
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    await run((outcome) => Promise.all([outcome(fetchHere), outcome((url) => fetchApart(url, {}, pool))]));
  } finally {
    await pool.close();
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

describe("TLS", () => {
  test("is accepted by name, and the name is sent", async () => {
    await using origin = await tlsOrigin(selfSigned);
    const file = await fetchAll(`https://origin.example:${origin.port}/`, { ca: selfSigned });
    expect(file.text).toBe("name: origin.example");
  });

  test("is accepted by address, and no name is sent", async () => {
    await using origin = await tlsOrigin(selfSigned);
    expect((await fetchAll(`https://127.0.0.1:${origin.port}/`, { ca: selfSigned })).text).toBe("name: none");
  });

  test("is refused when nobody known has signed the certificate", async () => {
    await using origin = await tlsOrigin(selfSigned);
    expect(await failure(fetchAll(`https://origin.example:${origin.port}/`))).toBe(NO_TLS("origin.example"));
  });

  test("is refused even where NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
    await using origin = await tlsOrigin(selfSigned);
    await withEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: "0" }, async (fetchEachWay) => {
      const outcomes = await fetchEachWay((fetch) => failure(fetch(`https://origin.example:${origin.port}/`)));
      expect(outcomes).toEqual([NO_TLS("origin.example"), NO_TLS("origin.example")]);
    });
  });

  test("is accepted when the operator's own authority has signed it", async () => {
    await using origin = await tlsOrigin(selfSigned);
    const certificate = fileURLToPath(new URL("./certificates/self_signed.pem", import.meta.url));
    await withEnvironment({ NODE_EXTRA_CA_CERTS: certificate }, async (fetchEachWay) => {
      const url = `https://origin.example:${origin.port}/`;
      // A process reads the variable at its start only, so here it comes too late.
      const [, apart] = await fetchEachWay((fetch) =>
        fetch(url).then(
          ({ text }) => text,
          () => "refused",
        ),
      );
      expect(apart).toBe("name: origin.example");
    });
  });

  test("is refused for another name", async () => {
    await using origin = await tlsOrigin(selfSigned);
    expect(await failure(fetchAll(`https://other.example:${origin.port}/`, { ca: selfSigned }))).toBe(
      NO_TLS("other.example"),
    );
  });

  test("is refused when the certificate has expired", async () => {
    await using origin = await tlsOrigin(expired);
    expect(await failure(fetchAll(`https://origin.example:${origin.port}/`, { ca: expired }))).toBe(
      NO_TLS("origin.example"),
    );
  });

  test("is not spoken by a plain server", async () => {
    await using origin = await scriptedOrigin("HTTP/1.1 200 OK\r\n\r\n");
    expect(await failure(fetchAll(`https://origin.example:${origin.port}/`))).toStartWith("source_unreachable: ");
  });

  test("is not found where plain HTTP is asked for", async () => {
    await using origin = await tlsOrigin(selfSigned);
    expect(await failure(fetchAll(`http://origin.example:${origin.port}/`))).toMatch(/^source_(unreachable|error): /);
  });
});

test("no proxy of the environment is used", async () => {
  await using proxy = await scriptedOrigin("HTTP/1.1 200 OK\r\n\r\nfrom the proxy");
  await using origin = await scriptedOrigin("HTTP/1.1 200 OK\r\n\r\nfrom the origin");
  const address = `http://127.0.0.1:${proxy.port}`;
  const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
  const variables = {
    ...Object.fromEntries(names.map((name) => [name, address])),
    NODE_USE_ENV_PROXY: "1",
    NO_PROXY: "",
  };
  await withEnvironment(variables, async (fetchEachWay) => {
    const texts = await fetchEachWay(async (fetch) => (await fetch(`http://origin.example:${origin.port}/`)).text);
    expect(texts).toEqual(["from the origin", "from the origin"]);
  });
  expect(proxy.connections()).toBe(0);
});
