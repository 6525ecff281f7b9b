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

/** Finds every address of a name; rejects where there is none. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** Asks the system's resolver, and keeps its order. */
export function resolveBySystem(host: string): Promise<readonly ResolvedAddress[]> {
  return lookup(host, { all: true, order: "verbatim" });
}

/**
 * The addresses to connect to, all of them checked.
 *
 * One address that is not public refuses them all, unless the host is granted by name: a mixed answer is how a name is
 * rebound.
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
  // The family comes from the address itself, whatever the resolver says of it.
  return found.map(({ address }) => ({ address, family: isIP(address) }));
}

/** A name that cannot be resolved has no addresses; a machine that cannot ask says nothing about the name. */
function noneUnlessShort(error: unknown): readonly ResolvedAddress[] {
  const short = shortageOf(error);
  if (short === undefined) return [];
  throw new AppError("unavailable", `Cannot resolve a name: ${short}`);
}
