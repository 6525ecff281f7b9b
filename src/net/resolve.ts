import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { AppError } from "../core/errors.ts";
import { shortageOf } from "../core/shortage.ts";
import { isPlainAddress, isPublicAddress } from "./addresses.ts";
import type { DeadlineTimers } from "./deadlines.ts";
import type { SourceErrorFactory } from "./source_error.ts";
import { refuseAddress, type Target } from "./target.ts";

/** An address that a name resolves to, without brackets. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Resolves every address of a name; rejects where it has none. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** Resolves a name by the system's resolver, in its order. */
export function resolveBySystem(host: string): Promise<readonly ResolvedAddress[]> {
  return lookup(host, { all: true, order: "verbatim" });
}

/**
 * Resolves the addresses of a target and checks all of them.
 *
 * One address that is not public refuses them all, unless the host is granted by name: mixed answers are a sign of DNS
 * rebinding.
 *
 * @throws {AppError} `source_not_allowed`, `source_unreachable`, `source_timeout`
 */
export async function resolveTarget(
  target: Target,
  options: { resolve: Resolve; watch: DeadlineTimers; sourceError: SourceErrorFactory },
): Promise<readonly ResolvedAddress[]> {
  const { resolve, watch, sourceError } = options;
  const family = isIP(target.host);
  if (family !== 0) return [{ address: target.host, family }];

  watch.enter("resolve", sourceError);
  const found = await watch.race(resolve(target.host).catch(noneUnlessShort));
  if (found.length === 0) throw sourceError("source_unreachable", "has a name that cannot be resolved");
  const allowed = target.named ? isPlainAddress : isPublicAddress;
  if (!found.every(({ address }) => allowed(address))) throw refuseAddress(sourceError);
  // The family is derived from the address; the resolver's is not trusted.
  return found.map(({ address }) => ({ address, family: isIP(address) }));
}

/** Treats a name that cannot be resolved as one without addresses, but not a shortage of this machine. */
function noneUnlessShort(error: unknown): readonly ResolvedAddress[] {
  const short = shortageOf(error);
  if (short === undefined) return [];
  throw new AppError("unavailable", `Cannot resolve a name: ${short}`);
}
