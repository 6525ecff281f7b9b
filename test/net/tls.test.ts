import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { expired, failure, fetchAll, scriptedOrigin, selfSigned, tlsOrigin } from "./origin.ts";

setDefaultTimeout(30_000);

const NO_TLS = (host: string) => `source_unreachable: Cannot fetch from ${host}: it offers no valid TLS connection`;

/** Runs with other variables in the environment, and puts it back. */
async function withEnvironment<T>(variables: Record<string, string>, run: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await run();
  } finally {
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
    await withEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: "0" }, async () => {
      expect(await failure(fetchAll(`https://origin.example:${origin.port}/`))).toBe(NO_TLS("origin.example"));
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
  await withEnvironment(variables, async () => {
    expect((await fetchAll(`http://origin.example:${origin.port}/`)).text).toBe("from the origin");
  });
  expect(proxy.connections()).toBe(0);
});
