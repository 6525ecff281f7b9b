import { expect, test } from "bun:test";
import { childrenNamed } from "../support/child_processes.ts";
import { imageBody, importAsset } from "../support/imports.ts";
import { startOrigin } from "../support/origin.ts";
import { spawnServer } from "../support/server_process.ts";
import { filesIn, temporaryDirectory, until } from "../support/test_server.ts";

test("imports under way survive the end of the process that fetches, and leave nothing of the first attempt", async () => {
  await using origin = await startOrigin();
  const dataDir = await temporaryDirectory();
  await using server = await spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant });
  const fetching = () => childrenNamed(server.pid, "fetch_process");
  const files = ["photo.png", "photo.jpg"].map((file) =>
    importAsset(server.api, origin, { url: `${origin.url}/half/x/${file}` }),
  );
  await until(() => origin.open() === 2 && filesIn(`${dataDir}/blobs/tmp`).length === 2);
  const [first] = fetching();
  expect(fetching()).toHaveLength(1);
  for (const pid of fetching()) process.kill(pid, "SIGKILL");
  origin.release("x");

  const assets = await Promise.all(files);
  expect(assets.map(({ status, format }) => `${status} ${format}`)).toEqual(["ready png", "ready jpeg"]);
  expect(filesIn(`${dataDir}/blobs/tmp`)).toEqual([]);
  expect(fetching()).toHaveLength(1);
  expect(fetching()).not.toContain(first);
  expect(server.logs.filter((line) => line.includes("could not be done yet"))).toHaveLength(2);
});

test("an asset that is deleted meanwhile ends its download, and only its own", async () => {
  await using origin = await startOrigin();
  const dataDir = await temporaryDirectory();
  await using server = await spawnServer({ DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant });
  const kept = importAsset(server.api, origin, { url: `${origin.url}/half/x/photo.png` });
  const async_ = { prefer: "respond-async" };
  const asked = await server.api(
    "POST",
    "/assets/from-url",
    imageBody(origin, { url: `${origin.url}/endless` }),
    async_,
  );
  await until(() => origin.open() === 2);
  await server.api("DELETE", asked.headers.get("location")?.replace("/api/v3", "") ?? "");
  await until(() => origin.open() === 1);
  origin.release("x");
  expect((await kept).status).toBe("ready");
  expect(filesIn(`${dataDir}/blobs/tmp`)).toEqual([]);
});
