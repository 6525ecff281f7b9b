import type { Http, ResponseCache } from "../http/mod.ts";
import type { AssetsAsOf } from "./assets_as_of.ts";
import type { ImportDeps } from "./imports.ts";

/** The dependencies of the asset endpoints. */
export interface AssetRoutesDeps extends ImportDeps {
  readonly http: Http;
  readonly asOf: AssetsAsOf;
  readonly responseCache: ResponseCache;
}
