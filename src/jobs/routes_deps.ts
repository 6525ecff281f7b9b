import type { BlobStore, FileCache } from "../blobs/mod.ts";
import type { EventLog } from "../event_log/mod.ts";
import type { Http, LinkTo, ResponseCache } from "../http/mod.ts";
import type { Renderer } from "../media/mod.ts";
import type { JobCommands } from "./commands.ts";
import type { JobsAsOf } from "./history/jobs_as_of.ts";
import type { JobQueries } from "./queries.ts";
import type { Pictures } from "./rendering/pictures.ts";
import type { AssetPort } from "./requests/asset_port.ts";

/** The dependencies of the job endpoints. */
export interface JobRoutesDeps {
  readonly http: Http;
  readonly log: EventLog;
  readonly commands: JobCommands;
  readonly queries: JobQueries;
  readonly asOf: JobsAsOf;
  readonly responseCache: ResponseCache;
  readonly blobs: BlobStore;
  readonly renderer: Renderer;
  readonly pictures: Pictures;
  /** The cache of drawn sheets. */
  readonly cache: FileCache;
  readonly storedAsset: AssetPort["storedAsset"];
  readonly link: LinkTo;
  /** The wait of an endpoint that waits by default, in milliseconds. */
  readonly defaultWaitMs: number;
}
