import { describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { checked, readAsset } from "../support/answer.ts";
import { newClient } from "../support/clients.ts";
import { startServerAndOrigin } from "../support/imports.ts";
import { act, jobBody, jobNow, readJob, readyJob, waitForStatus } from "../support/jobs.ts";
import { storedBytesOf } from "../support/stored_bytes.ts";
import { until } from "../support/test_server.ts";
import { ALL, blobFiles, expectSound, FOR_ALL, OVER, putText, refusalOf, twoOwners, upload } from "./two_owners.ts";

describe("a job", () => {
  test("whose asset does not fit fails with the asset's reason, and goes on by retry once there is room", async () => {
    await using both = await startServerAndOrigin({ STORED_MB_PER_OWNER: "0.001" });
    const { server, origin } = both;
    const { ann } = await twoOwners(server);
    const filler = readAsset(await upload(ann, "y".repeat(1_000)));
    const clientId = await newClient(ann);
    const { url } = checked(Type.Object({ url: Type.String() }), putText(origin, "/brief.txt", 3));
    const body = jobBody({ clientId, assets: [{ url, type: "document" }] });
    const made = readJob(await ann("POST", "/jobs", body));
    const failed = await waitForStatus(ann, made, "failed");
    expect(failed.error).toMatchObject({ code: "quota_exceeded", assetId: failed.assetIds[0] });
    expect(readJob(await act(ann, made, { action: "retry" })).status).toBe("pending");
    expect((await waitForStatus(ann, made, "failed")).error?.code).toBe("quota_exceeded");
    await ann("DELETE", `/assets/${filler.id}`);
    await act(ann, made, { action: "retry" });
    expect((await waitForStatus(ann, made, "storyboard_ready", "failed")).error).toBeNull();
    await expectSound(server, 1_048);
  });

  test("whose video does not fit fails and keeps nothing of it; retry makes it once there is room", async () => {
    const most = 8 * 2 ** 20;
    await using both = await startServerAndOrigin({ STORED_MB_PER_OWNER: "8" });
    const { server } = both;
    const { ann, bob } = await twoOwners(server);
    const filler = readAsset(await upload(ann, "y".repeat(most - 100)));
    const job = await readyJob(ann, { creative: { videoSpecs: { duration: 3, resolution: "480p" } } });
    await act(ann, job, { action: "approve" });
    const failed = await waitForStatus(ann, job, "failed", "completed");
    expect(failed.error).toMatchObject({ code: "quota_exceeded" });
    expect(failed.error?.message).toMatch(
      /^Cannot store \d+ bytes more: the owner has 8388508 and may have 8388608 in all$/,
    );
    expect(failed.videoUrl).toBeNull();
    await until(() => blobFiles(server).length === 1);
    // Each retry fails once more, and none goes round by itself.
    const before = server.eventTypes().length;
    await act(ann, job, { action: "retry" });
    await waitForStatus(ann, job, "failed");
    expect(server.eventTypes().filter((type) => type === "JobFailed")).toHaveLength(2);
    await ann("DELETE", `/assets/${filler.id}`);
    await act(ann, job, { action: "retry" });
    const done = await waitForStatus(ann, job, "completed", "failed");
    expect(done.status).toBe("completed");
    expect(server.eventTypes().length).toBeGreaterThan(before);
    const { rows } = storedBytesOf(server.config.dataDir, "ann");
    expect(rows).toBeGreaterThan(0);
    // The video counts from now on, and only for its owner.
    expect(refusalOf(await upload(ann, "z".repeat(most - rows + 1)))).toEqual(OVER);
    expect((await upload(ann, "z".repeat(most - rows))).status).toBe(201);
    expect((await upload(bob, "z".repeat(most - rows + 1))).status).toBe(201);
    await expectSound(server, most);
  });

  test("of an owner with nothing left is not rendered at all", async () => {
    await using both = await startServerAndOrigin(FOR_ALL);
    const { server } = both;
    const { ann } = await twoOwners(server);
    await upload(ann, ALL);
    const job = await readyJob(ann);
    await act(ann, job, { action: "approve" });
    expect((await waitForStatus(ann, job, "failed")).error?.code).toBe("quota_exceeded");
    expect(server.eventTypes()).not.toContain("RenderStarted");
    expect((await act(ann, job, { action: "cancel" })).status).toBe(200);
    expect((await jobNow(ann, job)).status).toBe("cancelled");
  });
});
