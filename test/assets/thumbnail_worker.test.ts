import { describe, expect, test } from "bun:test";
import { unpictured } from "../faults/unpictured.ts";
import { fixture } from "../media/fixtures.ts";
import { lastingData, ONCE, typesOf } from "../server/lasting_data.ts";
import { readAsset } from "../support/answer.ts";
import { reelog } from "../support/command_line.ts";
import { form } from "../support/imports.ts";
import { startTestServer, until } from "../support/test_server.ts";

async function upload(env: Record<string, string>, name: string): Promise<{ id: string; hasThumbnail: boolean }> {
  await using server = await startTestServer(env);
  const file = new File([await Bun.file(fixture(name)).bytes()], name);
  const { id, status, thumbnailUrl } = readAsset(await server.api("POST", "/assets", form(file)));
  expect(status).toBe("ready");
  return { id, hasThumbnail: thumbnailUrl !== null };
}

const OLD = ["AssetRequested", "BlobStored", "AssetInspected"];

describe("the thumbnail worker: an asset that an earlier release made ready without a thumbnail", () => {
  test("gets one, once", async () => {
    await using place = await lastingData();
    const first = await upload(place.env, "photo.png");
    expect(typesOf(place.dataDir, first.id)).toEqual(ONCE);
    const id = await unpictured(place.dataDir);
    for (let start = 0; start < 2; start++) {
      await using server = await startTestServer(place.env);
      await until(() => typesOf(place.dataDir, id).length > OLD.length);
      const { status, thumbnailUrl } = readAsset(await server.api("GET", `/assets/${id}`));
      expect([status, thumbnailUrl]).toEqual(["ready", `/api/v3/assets/${id}/thumbnail`]);
      const thumbnail = await server.get(`/api/v3/assets/${id}/thumbnail`);
      expect([thumbnail.status, thumbnail.headers.get("content-type")]).toEqual([200, "image/webp"]);
    }
    expect(typesOf(place.dataDir, id)).toEqual([...OLD, "ThumbnailStored"]);
    expect(await reelog(place.dataDir, "verify")).toMatchObject({ status: 0 });
  });

  test("of a codec that is not supported is tried once", async () => {
    await using place = await lastingData();
    await upload(place.env, "odd_codec.mp4");
    const id = await unpictured(place.dataDir);
    for (let start = 0; start < 2; start++) {
      await using server = await startTestServer(place.env);
      await until(() => typesOf(place.dataDir, id).length > OLD.length);
      expect(readAsset(await server.api("GET", `/assets/${id}`))).toMatchObject({
        status: "ready",
        thumbnailUrl: null,
      });
    }
    expect(typesOf(place.dataDir, id)).toEqual([...OLD, "ThumbnailOmitted"]);
  });
});

describe("an import without a thumbnail", () => {
  test.each([
    ["of a film whose codec is not supported says so", "odd_codec.mp4", [...OLD, "ThumbnailOmitted"]],
    ["of a sound has nothing to say", "tone.mp3", OLD],
  ])("%s", async (_which, name, types) => {
    await using place = await lastingData();
    const { id, hasThumbnail } = await upload(place.env, name);
    expect(hasThumbnail).toBe(false);
    expect(typesOf(place.dataDir, id)).toEqual(types);
  });
});
