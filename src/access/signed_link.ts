import type { LinkTo } from "../http/mod.ts";
import type { Keyring } from "./keyring.ts";
import type { Signer } from "./signer.ts";

/** What decides how a link looks. */
export interface LinkDeps {
  readonly keyring: Keyring;
  readonly signer: Signer;
  /** Without a trailing slash; null leaves paths. */
  readonly publicUrl: string | null;
}

/** Links of a server: signed as soon as it needs keys, so that `<img>` and `<video>` work without a header. */
export function createLink({ keyring, signer, publicUrl }: LinkDeps): LinkTo {
  return (path) => `${publicUrl ?? ""}${keyring.isOpen ? path : signer.sign(path)}`;
}
