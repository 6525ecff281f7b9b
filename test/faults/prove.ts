import { expect } from "bun:test";
import { reelog } from "../support/command_line.ts";
import { eventsIn, filesIn, until } from "../support/test_server.ts";
import type { RestartableServer } from "./restartable_server.ts";
import type { Promised } from "./visitor.ts";

/** Events that end what an asset or a job is for. */
const ENDS = ["AssetInspected", "AssetFailed", "JobCompleted", "JobFailed", "JobCancelled"];
/** Outcomes of effects, and what tells one outcome of a stream from another. */
const OUTCOMES: Readonly<Record<string, (data: Record<string, unknown>) => unknown>> = {
  AssetRequested: () => "",
  BlobStored: () => "",
  ThumbnailStored: () => "",
  JobCreated: () => "",
  JobAssetsReady: () => "",
  ScenesGenerated: ({ plan }) => plan,
  SceneRegenerated: ({ sceneId, revision }) => `${sceneId} ${revision}`,
  StoryboardApproved: () => "",
  VideoRendered: () => "",
};
const TEMPORARY = /tmp\/|partial|unfinished/;
/** Decoded pictures that the running server keeps, in its own directory of temporary files. */
const CACHE = /tmp\/[^/]+\/cache\//;

/**
 * Proves that kills have cost nothing, once all work has settled: each asset and job has ended once, each outcome of an
 * effect is in the log once, nothing that was promised is lost, no temporary file is left, and `verify` is clean.
 */
export async function prove(place: Pick<RestartableServer, "dataDir">, promises: readonly Promised[]): Promise<void> {
  const { dataDir } = place;
  const events = eventsIn(dataDir);
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));

  const lengths = new Map<string, number>();
  const ends = new Map<string, string[]>();
  const outcomes: string[] = [];
  for (const { stream, type, data } of events) {
    lengths.set(stream, (lengths.get(stream) ?? 0) + 1);
    if (ENDS.includes(type)) ends.set(stream, [...(ends.get(stream) ?? []), type]);
    const key = OUTCOMES[type]?.(JSON.parse(data));
    if (key !== undefined) outcomes.push(`${stream} ${type} ${key}`);
  }
  expect(outcomes.filter((outcome, index) => outcomes.indexOf(outcome) !== index)).toEqual([]);
  const work = [...lengths.keys()].filter((stream) => /^(asset|job)-/.test(stream));
  expect(work.filter((stream) => ends.get(stream)?.length !== 1)).toEqual([]);
  expect(promises.filter(({ stream, version }) => (lengths.get(stream) ?? 0) < version)).toEqual([]);

  await until(() => !filesIn(dataDir).some((name) => TEMPORARY.test(name) && !CACHE.test(name)));
  const verified = await reelog(dataDir, "verify");
  expect(verified).toMatchObject({ status: 0 });
}
