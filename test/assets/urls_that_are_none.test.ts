import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newClient } from "../support/clients.ts";
import { errorPaths, jobBody } from "../support/jobs.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const about = { name: "Bottle", type: "image" };

describe("a source that is no URL: the field is named", () => {
  test.each(["not a url", "bottle.jpg", "//cdn.example/a.jpg", "http://", "https://a b/"])("%p", async (url) => {
    const clientId = await newClient(server.api);
    const fine = { url: "https://cdn.example/a.jpg" };
    const requests = [
      { path: "/assets/from-url", body: { ...about, url }, names: ["url"] },
      { path: "/assets", body: { ...about, url }, names: ["url"] },
      { path: "/assets/unified", body: { ...about, uploadType: "url", sourceUrl: url }, names: ["sourceUrl"] },
      {
        path: "/assets/from-urls",
        body: {
          assets: [
            { ...about, ...fine },
            { ...about, url },
          ],
        },
        names: ["assets.1.url"],
      },
      {
        path: "/jobs",
        body: jobBody({ clientId, assets: [{ url }, fine, { url }] }),
        names: ["creative.assets.0.url", "creative.assets.2.url"],
      },
    ];
    for (const { path, body, names } of requests) {
      const before = server.eventTypes().length;
      const answer = await server.api("POST", path, body);
      expect(`${path} ${answer.status} ${answer.meta.code}`).toBe(`${path} 422 validation_failed`);
      expect(errorPaths(answer)).toEqual(names);
      expect(server.eventTypes()).toHaveLength(before);
    }
  });
});
