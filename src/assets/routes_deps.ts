import { AppError } from "../core/errors.ts";
import type { Http } from "../http/http.ts";
import type { ResponseCache } from "../http/response/response_cache.ts";
import type { AssetsAsOf } from "./assets_as_of.ts";
import type { ImportDeps } from "./imports.ts";
import type { AssetRow } from "./queries.ts";

/** What the asset endpoints need. */
export interface AssetRoutesDeps extends ImportDeps {
  readonly http: Http;
  readonly asOf: AssetsAsOf;
  readonly responseCache: ResponseCache;
  /** Throws `conflict` when something open uses the asset. */
  readonly refuseWhenUsed: (owner: string, assetId: string) => void;
}

/** @throws {AppError} `not_found` when there is none */
export function found(asset: AssetRow | undefined): AssetRow {
  if (!asset) throw new AppError("not_found", "Cannot find this asset: there is none with this id");
  return asset;
}
