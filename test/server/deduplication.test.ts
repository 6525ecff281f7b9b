import { expect, test } from "bun:test";
import { Asset } from "../../src/assets/schema.ts";
import { checked } from "../support/answer.ts";
import { form } from "../support/imports.ts";
import { newKey } from "../support/keys.ts";
import { fixture } from "../support/origin.ts";
import { startTestServer } from "../support/test_server.ts";
import { until } from "../support/until.ts";

/** The answer to Bob's upload of a picture, after those of other owners. */
async function answerToBob(...before: string[]) {
  await using server = await startTestServer();
  const { dataDir } = server.config;
  const bob = await newKey(dataDir, "bob");
  const others = [];
  for (const owner of before) others.push(await newKey(dataDir, owner));
  const file = new File([await fixture("photo.jpg")], "photo.jpg");
  const upload = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
    server.api("POST", "/assets", form(file), { ...headers });
  // A key that is issued beside a running server reaches it within a second.
  await until(async () => (await server.api("GET", "/assets")).status === 401);
  for (const key of others) expect((await upload(key)).status).toBe(201);
  const answer = await upload(bob);
  const asset = checked(Asset, answer.data);
  const inHeaders = [...answer.headers.keys()].sort();
  const own = { id: "", url: "", thumbnailUrl: "", uploadedAt: "", createdAt: "", updatedAt: "" };
  return { status: answer.status, inHeaders, asset: { ...asset, ...own } };
}

test("no answer tells whether somebody else has stored the same bytes before", async () => {
  expect(await answerToBob("ann")).toEqual(await answerToBob());
});
