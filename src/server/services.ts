import { join } from "node:path";
import type { Logger } from "pino";
import { boundedLog, createQuotas, type OwnerOf } from "../access/mod.ts";
import {
  ASSET_ENDS,
  ASSET_JOINS,
  createAssetCommands,
  createAssetQueries,
  createUploadsUnderWay,
  planAssetDeletion,
} from "../assets/mod.ts";
import { type BlobStore, createFileCache, createTrashLimit, emptyTrash, sweepOrphans } from "../blobs/mod.ts";
import {
  CAMPAIGN_ENDS,
  CAMPAIGN_JOINS,
  campaignKind,
  campaignRules,
  createCampaignQueries,
  createClientScopeCheck,
  createDependents,
} from "../campaigns/mod.ts";
import { CLIENT_ENDS, clientKind, createClientQueries } from "../clients/mod.ts";
import type { Config } from "../config.ts";
import {
  createDetailsCommands,
  createLogSizes,
  planDetailsDeletion,
  type Store,
  type Worker,
  wasAccepted,
} from "../event_log/mod.ts";
import { createResponseCache, type IdempotencyClaim, type LinkTo } from "../http/mod.ts";
import {
  createAssetPort,
  createJobCommands,
  createJobQueries,
  createPictures,
  JOB_OPENS,
  planCancel,
  usedByJobs,
} from "../jobs/mod.ts";
import { createAnimaticRenderer, createMediaService } from "../media/mod.ts";
import { createFetcher, createFetchPool } from "../net/mod.ts";
import { createPlanner } from "../storyboard/mod.ts";
import type { AppDeps } from "./app.ts";
import { createEventServices } from "./event_services.ts";
import { createRequestCosts } from "./request_costs.ts";
import { createWorkers } from "./workers.ts";

/** The size of the cache of decoded pictures and drawn sheets, in bytes. */
const CACHE_BYTES = 512 * 1024 ** 2;

/** The time for inspection and for a free worker, added to the download's limit, in milliseconds. */
const WAIT_BEYOND_DOWNLOAD_MS = 60_000;

/** The dependencies of all slices. */
export interface ServicesDeps {
  readonly config: Config;
  readonly logger: Logger;
  readonly store: Store;
  readonly blobs: BlobStore;
  /** A directory on the file system of the blobs, for the files that processes are given and make. */
  readonly scratch: string;
  readonly link: LinkTo;
  /** True for an open server, whose only owner has no quotas to share. */
  readonly isOpen: () => boolean;
}

/** The wired slices: the dependencies of their endpoints, and their workers. */
export interface Services {
  readonly routes: Pick<
    AppDeps,
    | "histories"
    | "revisions"
    | "eventStreams"
    | "assets"
    | "clients"
    | "clientStats"
    | "campaigns"
    | "campaignStats"
    | "jobs"
    | "costs"
  >;
  readonly ownerOf: OwnerOf;
  readonly workers: readonly Worker[];
  /** Trashes unneeded contents and purges the trash. Only while no other process writes contents. */
  sweep(): Promise<void>;
  /** Empties the trash early, because the disk is full. */
  emptyTrash(): Promise<void>;
  /** Ends the event streams, which have no end of their own. */
  endStreams(): void;
  /** Returns the number of open event streams. */
  openStreams(): number;
  /** Stops the fetch, media and render processes. */
  close(): Promise<void>;
}

/** Wires the slices. No worker is started. */
export function createServices({ config, logger, store, blobs, scratch, link, isOpen }: ServicesDeps): Services {
  const { read } = store;
  const onLog = (message: string, details: Record<string, unknown>) => logger.warn(details, message);
  const media = createMediaService({ onLog, directory: join(scratch, "media") });
  const renderer = createAnimaticRenderer({ onLog, directory: join(scratch, "renders") });
  const cache = createFileCache({ directory: join(scratch, "cache"), maxBytes: CACHE_BYTES });
  const pictures = createPictures({ blobs, media, cache });
  const { maxAssetBytes: maxBytes, downloadConcurrency, downloadTimeoutMs } = config;
  const fetching = createFetchPool({
    concurrency: downloadConcurrency,
    directory: join(scratch, "fetches"),
    onLog,
  });
  const fetcher = createFetcher({
    pool: fetching,
    grants: config.allowedAssetDomains,
    maxBytes,
    totalMs: downloadTimeoutMs,
  });
  const planner = createPlanner({
    provider: config.aiProvider,
    ...(config.aiApiKey === null ? {} : { apiKey: config.aiApiKey }),
    ...(config.aiModel === null ? {} : { model: config.aiModel }),
    ...(config.aiBaseUrl === null ? {} : { baseUrl: config.aiBaseUrl }),
  });

  const assets = createAssetQueries(read);
  const clients = createClientQueries(read);
  const campaigns = createCampaignQueries(read);
  const jobs = createJobQueries(read, assets.lostOf);
  const responseCache = createResponseCache(store.log);
  const sizes = createLogSizes(store.db);
  const quotas = createQuotas({
    reserve: store.reserve,
    settings: config,
    isOpen,
    usage: {
      pendingImports: (owner) => assets.usageOf(owner).pending,
      storedBytes: (owner) => assets.usageOf(owner).bytes + jobs.videoBytes(owner),
      eventBytes: (owner) => sizes.bytesOf(owner),
      jobsInFlight: jobs.inFlight,
    },
  });
  const log = boundedLog(store.log, { catalogue: store.catalogue, sizes, quotas });

  const hasClient = (owner: string, clientId: string) => clients.find(owner, clientId) !== undefined;
  const checkClientScope = createClientScopeCheck({ hasClient, campaigns });
  const placeEnds = [...CLIENT_ENDS, ...CAMPAIGN_ENDS];
  const joins = [...CAMPAIGN_JOINS, ...ASSET_JOINS, ...JOB_OPENS];
  const dependents = createDependents({
    campaigns: { idsOf: campaigns.idsOf, planDeletion: (id) => planDetailsDeletion(campaignKind, log, id) },
    assets: { idsIn: assets.idsIn, planDeletion: (id) => planAssetDeletion(log, id) },
    jobs: { openJobsOf: jobs.openJobsOf, openJobsUsing: jobs.openJobsUsing, planCancel: (id) => planCancel(log, id) },
  });
  const ofCampaigns = { log, read, checkClientScope, placeEnds, dependents: dependents.ofCampaign, joins };
  const assetPort = createAssetPort(assets, log);
  const accepted = (owner: string, claim: IdempotencyClaim) => wasAccepted(read, { owner, ...claim });
  const defaultWaitMs = downloadTimeoutMs + WAIT_BEYOND_DOWNLOAD_MS;
  const stats = { assetTotals: assets.totalsIn, jobTotals: jobs.stats };

  const events = createEventServices({ log, logger, jobs, quotas });

  return {
    ownerOf: { assets: assets.ownerOf, jobs: jobs.ownerOf },
    workers: createWorkers({
      log,
      read,
      logger,
      blobs,
      fetcher,
      media,
      renderer,
      pictures,
      planner,
      quotas,
      assetPort,
      assets,
      onTrashed: createTrashLimit({ blobs, mostBytes: config.trashBytes }),
      downloadConcurrency,
    }),
    routes: {
      ...events.routes,
      costs: createRequestCosts(sizes),
      assets: {
        asOf: events.assetsAsOf,
        responseCache,
        log,
        link,
        quotas,
        uploads: createUploadsUnderWay(quotas),
        queries: assets,
        blobs,
        fetcher,
        maxBytes,
        defaultWaitMs,
        concurrency: downloadConcurrency,
        checkClientScope,
        commands: createAssetCommands({
          log,
          checkClientScope,
          placeEnds,
          refuseWhenUsed(owner, assetId) {
            const jobIds = jobs.openJobsUsing(owner, assetId);
            if (jobIds.length > 0) throw usedByJobs(jobIds);
          },
          uses: JOB_OPENS,
        }),
        wasAccepted: accepted,
      },
      clients: {
        log,
        queries: clients,
        commands: createDetailsCommands(clientKind, { log, read, dependents: dependents.ofClient, joins }),
      },
      clientStats: {
        ...stats,
        queries: clients,
        campaignCount: (owner, clientId) => campaigns.count(owner, { client_id: clientId }),
      },
      campaigns: {
        log,
        queries: campaigns,
        commands: createDetailsCommands(campaignKind, { ...ofCampaigns, rules: campaignRules(ofCampaigns) }),
      },
      campaignStats: { ...stats, queries: campaigns },
      jobs: {
        asOf: events.jobsAsOf,
        responseCache,
        log,
        link,
        queries: jobs,
        blobs,
        renderer,
        pictures,
        cache,
        storedAsset: assetPort.storedAsset,
        defaultWaitMs,
        commands: createJobCommands({
          log,
          quotas,
          planner,
          checkClientScope,
          restsOn: [...placeEnds, ...ASSET_ENDS],
          sceneBounds: { min: config.scenesMin, max: config.scenesMax },
          brandOf: (owner, clientId) => ({ ...clients.find(owner, clientId)?.brandGuidelines }),
          assetOf: assetPort.assetOf,
          assets: assetPort.writes,
          checkSource: (url) => fetcher.checkSource(url),
          wasAccepted: accepted,
        }),
      },
    },
    async sweep() {
      const { trashMs, trashBytes } = config;
      const swept = await sweepOrphans({ blobs, trashMs, trashBytes, olderThanMs: 0 });
      const { putBack, ...removed } = swept;
      if (putBack > 0) logger.warn(swept, "contents that the log needs were in the trash and are back");
      if (Object.values(removed).some((count) => count > 0)) logger.info(swept, "unneeded contents were removed");
    },
    async emptyTrash() {
      const emptied = await emptyTrash({ blobs, trashMs: 0 });
      if (emptied.erased > 0) logger.warn(emptied, "the disk is full: the trash was emptied early");
    },
    endStreams: () => events.hub.close(),
    openStreams: () => events.hub.count(),
    async close() {
      events.close();
      sizes[Symbol.dispose]();
      await Promise.all([fetching.close(), media.close(), renderer.close()]);
    },
  };
}
