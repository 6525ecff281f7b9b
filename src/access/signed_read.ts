import { type Access, NEVER, NOBODY } from "../core/identity.ts";
import type { RequestTarget } from "../http/mod.ts";
import type { Signer } from "./signer.ts";

/** Whose a thing is, whoever asks: signed URLs name no owner. */
export interface OwnerOf {
  readonly assets: (id: string) => string | undefined;
  readonly jobs: (id: string) => string | undefined;
}

/** What it takes to let signed URLs in. */
export interface SignedReadDeps {
  readonly signer: Signer;
  readonly ownerOf: OwnerOf;
}

const READ = /^\/api\/v3\/(assets|jobs)\/([A-Za-z0-9_-]+)\/(data|thumbnail|video|storyboard\.png)$/;

/**
 * Says for whom a signed URL reads.
 *
 * @returns null when the request is no read by a signed URL
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
  // Of what is deleted nobody is the owner, so it is not found.
  const owner = ownerOf[things](id) ?? NOBODY.owner;
  return { owner, actor: "signed URL", accessEnds: NEVER, bytesFreshFor };
}
