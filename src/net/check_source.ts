import type { Grants } from "./grants.ts";
import { hostIn, sourceErrorFor } from "./source_error.ts";
import { checkTarget } from "./target.ts";

/**
 * Checks everything that needs no network: syntax, scheme, userinfo, port, local names and addresses.
 *
 * @throws {AppError} `source_not_allowed`
 */
export function checkSource(url: string, grants: Grants): void {
  checkTarget(url, { grants, sourceError: sourceErrorFor(hostIn(url)) });
}
