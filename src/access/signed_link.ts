import type { LinkTo } from "../http/mod.ts";
import type { Keyring } from "./keyring.ts";
import type { Signer } from "./signer.ts";

/** Dependencies of links. */
export interface LinkDeps {
  readonly keyring: Keyring;
  readonly signer: Signer;
  /** The prefix without a trailing slash; null leaves paths. */
  readonly publicUrl: string | null;
}

/** Creates the links of a server: signed when it needs keys, so that `<img>` and `<video>` work without a header. */
export function createLink({ keyring, signer, publicUrl }: LinkDeps): LinkTo {
  return (path) => `${publicUrl ?? ""}${keyring.isOpen ? path : signer.sign(path)}`;
}
