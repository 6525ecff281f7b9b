import { boundedLog, createQuotas, type OwnerOf } from "../access/mod.ts";
import {
  ASSET_ENDS,
  ASSET_JOINS,
  createAssetCommands,
  createAssetQueries,
  createUploadsUnderWay,
  planAssetDeletion,
} from "../assets/mod.ts";
import { createTrashLimit } from "../blobs/mod.ts";
import {
  CAMPAIGN_ENDS,
  CAMPAIGN_JOINS,
  campaignKind,
  campaignRules,
  createCampaignQueries,
  createClientScopeCheck,
  createDependents,
} from "../campaigns/mod.ts";
import { CLIENT_ENDS, clientKind, clientRules, createClientQueries } from "../clients/mod.ts";
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
  JOB_OPENS,
  planCancel,
  usedByJobs,
} from "../jobs/mod.ts";
import type { AppDeps } from "./app.ts";
import { createEngines, type EnginesDeps } from "./engines.ts";
import { createEventServices } from "./event_services.ts";
import { createRequestCosts } from "./request_costs.ts";
import { createStorageUpkeep, type StorageUpkeep } from "./storage_upkeep.ts";
import { createWorkers } from "./workers.ts";

/** The time for inspection and for a free worker, added to the download's limit, in milliseconds. */
const WAIT_BEYOND_DOWNLOAD_MS = 60_000;

/** The dependencies of all slices. */
export interface ServicesDeps extends EnginesDeps {
  readonly store: Store;
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
  readonly upkeep: StorageUpkeep;
  /** Ends the event streams, which have no end of their own. */
  endStreams(): void;
  /** Returns the number of open event streams. */
  openStreams(): number;
  /** Stops the fetch, media and render processes. */
  close(): Promise<void>;
}

/** Wires the slices. No worker is started. */
export function createServices({ store, link, isOpen, ...deps }: ServicesDeps): Services {
  const { config, logger, blobs } = deps;
  const { read } = store;
  const engines = createEngines(deps);
  const { renderer, cache, pictures, fetcher, planner } = engines;
  const { downloadConcurrency, downloadTimeoutMs } = config;

  const assets = createAssetQueries(read);
  const clients = createClientQueries(read);
  const campaigns = createCampaignQueries(read);
  const jobs = createJobQueries(read, assets.lostOf);
  // Before every other listener of the log, so that no request is answered from an old cache.
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
  const log = boundedLog(store.log, { catalogue: store.catalogue, measures: store.measures, sizes, quotas });

  const hasClient = (owner: string, clientId: string) => clients.find(owner, clientId) !== undefined;
  const checkClientScope = createClientScopeCheck({ hasClient, campaigns });
  const scopeEndTypes = [...CLIENT_ENDS, ...CAMPAIGN_ENDS];
  const joinTypes = [...CAMPAIGN_JOINS, ...ASSET_JOINS, ...JOB_OPENS];
  const dependents = createDependents({
    campaigns: { idsOf: campaigns.idsOf, planDeletion: (id) => planDetailsDeletion(campaignKind, log, id) },
    assets: { idsIn: assets.idsIn, planDeletion: (id) => planAssetDeletion(log, id) },
    jobs: { openJobsOf: jobs.openJobsOf, openJobsUsing: jobs.openJobsUsing, planCancel: (id) => planCancel(log, id) },
  });
  const ofCampaigns = { log, read, checkClientScope, scopeEndTypes, dependents: dependents.ofCampaign, joinTypes };
  const assetPort = createAssetPort(assets, log);
  const accepted = (owner: string, claim: IdempotencyClaim) => wasAccepted(read, { owner, ...claim });
  const shared = { log, link, blobs, responseCache, defaultWaitMs: downloadTimeoutMs + WAIT_BEYOND_DOWNLOAD_MS };
  const stats = { assetTotals: assets.totalsIn, jobTotals: jobs.stats };

  const events = createEventServices({ log, logger, jobs, quotas });

  return {
    ownerOf: { assets: assets.ownerOf, jobs: jobs.ownerOf },
    workers: createWorkers({
      ...engines,
      log,
      read,
      logger,
      blobs,
      quotas,
      assetPort,
      spokenLine: jobs.spokenLine,
      assets,
      onTrashed: createTrashLimit({ blobs, mostBytes: config.trashBytes }),
      downloadConcurrency,
    }),
    routes: {
      ...events.routes,
      costs: createRequestCosts(sizes),
      assets: {
        ...shared,
        asOf: events.assetsAsOf,
        quotas,
        uploads: createUploadsUnderWay(quotas),
        queries: assets,
        fetcher,
        maxBytes: config.maxAssetBytes,
        concurrency: downloadConcurrency,
        checkClientScope,
        commands: createAssetCommands({
          log,
          checkClientScope,
          scopeEndTypes,
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
        commands: createDetailsCommands(clientKind, {
          log,
          read,
          dependents: dependents.ofClient,
          joinTypes,
          rules: clientRules({ assetOf: assets.find, assetEnds: ASSET_ENDS }),
        }),
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
        ...shared,
        asOf: events.jobsAsOf,
        queries: jobs,
        renderer,
        pictures,
        cache,
        storedAsset: assetPort.storedAsset,
        commands: createJobCommands({
          log,
          quotas,
          planner,
          speaker: engines.speaker,
          checkClientScope,
          restsOn: [...scopeEndTypes, ...ASSET_ENDS],
          sceneBounds: { min: config.scenesMin, max: config.scenesMax },
          brandOf: (owner, clientId) => ({ ...clients.find(owner, clientId)?.brandGuidelines }),
          assetOf: assetPort.assetOf,
          assets: assetPort.writes,
          checkSource: (url) => fetcher.checkSource(url),
          wasAccepted: accepted,
        }),
      },
    },
    upkeep: createStorageUpkeep({ config, logger, blobs, reserve: store.reserve }),
    endStreams: () => events.hub.close(),
    openStreams: () => events.hub.count(),
    async close() {
      events.close();
      sizes[Symbol.dispose]();
      await engines.close();
    },
  };
}
