import { expect, test } from "bun:test";
import { masksInMasks } from "../media/bombs.ts";
import { readAsset } from "../support/answer.ts";
import { form } from "../support/imports.ts";
import { type MadeKey, newKey } from "../support/keys.ts";
import { fixture } from "../support/origin.ts";
import { eventsIn, startTestServer, until } from "../support/test_server.ts";

/** Each has a decoder for several seconds. */
const HEAVY = 6;

test("decoding is fair between owners: one owner's drawings that take long do not hold up another's photo", async () => {
  await using server = await startTestServer({ ASSET_DOWNLOAD_CONCURRENCY: "8", IMPORTS_PER_OWNER: "7" });
  const { api, config } = server;
  const ann = await newKey(config.dataDir, "ann");
  const bob = await newKey(config.dataDir, "bob");
  await until(async () => (await api("GET", "/assets", undefined, bob.headers)).meta.total === 0);
  const upload = async ({ headers }: MadeKey, file: File) => {
    const answer = await api("POST", "/assets", form(file), { ...headers, prefer: "respond-async" });
    return readAsset(answer).id;
  };
  const drawings: string[] = [];
  for (let at = 0; at < HEAVY; at++) {
    // A comment makes each a content of its own.
    drawings.push(await upload(ann, new File([`${masksInMasks(1)}<!-- ${at} -->`], "drawing.svg")));
  }
  const photo = await upload(bob, new File([await fixture("photo.png")], "photo.png"));
  const inspected = () => {
    const events = eventsIn(config.dataDir).filter(({ type }) => type === "AssetInspected");
    return events.map(({ stream }) => stream.replace("asset-", ""));
  };
  await until(() => inspected().includes(photo));
  const before = inspected().slice(0, inspected().indexOf(photo));
  expect(drawings.filter((id) => before.includes(id)).length).toBeLessThanOrEqual(HEAVY / 2);
});
