import { type Access, NEVER, NOBODY } from "../core/identity.ts";
import type { RequestTarget } from "../http/mod.ts";
import type { Signer } from "./signer.ts";

/** Lookups of a resource's owner, for signed URLs, which do not name one. */
export interface OwnerOf {
  readonly assets: (id: string) => string | undefined;
  readonly jobs: (id: string) => string | undefined;
}

/** Dependencies of reads by signed URLs. */
export interface SignedReadDeps {
  readonly signer: Signer;
  readonly ownerOf: OwnerOf;
}

const READ =
  /^\/api\/v3\/(assets|jobs)\/([A-Za-z0-9_-]+)\/(?:data|thumbnail|video|storyboard\.png|outputs\/[^/]+\/(?:video|thumbnail)|captions\.(?:srt|vtt)|audio\/(?:voice|music|mix)\.wav)$/;

/**
 * Returns the owner of the resource that a signed URL reads.
 *
 * @returns null for any other request than a read by a signed URL
 * @throws {AppError} `forbidden` for a URL that is tampered with, of another thing, or expired
 */
export function signedRead(
  { method }: Request,
  target: RequestTarget,
  { signer, ownerOf }: SignedReadDeps,
): Omit<Access, "headers" | "charge"> | null {
  const { pathname, searchParams } = target;
  const signed = { expires: searchParams.get("expires"), signature: searchParams.get("signature") };
  if (signed.expires === null && signed.signature === null) return null;
  const [, things, id = ""] = READ.exec(pathname) ?? [];
  if ((things !== "assets" && things !== "jobs") || (method !== "GET" && method !== "HEAD")) return null;
  const bytesFreshFor = signer.verify(pathname, signed);
  // A deleted resource has no owner, so it is not found.
  const owner = ownerOf[things](id) ?? NOBODY.owner;
  return { owner, actor: "signed URL", accessEnds: NEVER, bytesFreshFor };
}
