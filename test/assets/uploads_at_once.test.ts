import { expect, test } from "bun:test";
import { UPLOADS_PER_OWNER } from "../../src/access/owner_quotas.ts";
import { form } from "../support/imports.ts";
import { newKey } from "../support/keys.ts";
import { fixture } from "../support/origin.ts";
import { startTestServer, until } from "../support/test_server.ts";

const START = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc';

/** Begins an upload that says that more is to come, and sends no more. */
async function beginUpload(url: string, authorization: string) {
  const { hostname, port, host } = new URL(url);
  const head = [
    "POST /api/v3/assets HTTP/1.1",
    `Host: ${host}`,
    `Authorization: ${authorization}`,
    "Content-Type: multipart/form-data; boundary=b",
    "Content-Length: 100000",
  ];
  const socket = await Bun.connect({ hostname, port: Number(port), socket: { data() {} } });
  socket.write(`${head.join("\r\n")}\r\n\r\n${START}`);
  return socket;
}

test("uploads under way: an owner has a bounded number of them, and others are not refused for it", async () => {
  await using server = await startTestServer();
  const { api, config } = server;
  const ann = await newKey(config.dataDir, "ann");
  const bob = await newKey(config.dataDir, "bob");
  await until(async () => (await api("GET", "/assets", undefined, bob.headers)).meta.total === 0);
  const held = await Promise.all(
    Array.from({ length: UPLOADS_PER_OWNER }, () => beginUpload(server.url, ann.headers.authorization)),
  );
  const photo = new File([await fixture("photo.png")], "photo.png");
  const more = () => api("POST", "/assets", form(photo), { ...ann.headers, prefer: "respond-async" });
  // They arrive in their own time.
  let refused = await more();
  while (refused.status !== 429) refused = await more();
  expect(refused.meta.code).toBe("rate_limited");
  expect(refused.headers.get("retry-after")).toBe("5");
  expect((await api("POST", "/assets", form(photo), bob.headers)).status).toBe(201);
  for (const socket of held) socket.end();
  await until(async () => (await more()).status === 202);
});
