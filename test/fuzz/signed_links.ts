/** A signed URL, taken apart. */
export interface SignedLink {
  /** `url`, `thumbnailUrl`, … */
  readonly name: string;
  readonly path: string;
  readonly expires: string;
  readonly signature: string;
}

/** Takes a signed URL apart. */
export function signedLink(name: string, url: string): SignedLink {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [expires, signature] = [searchParams.get("expires"), searchParams.get("signature")];
  if (expires === null || signature === null) throw new Error(`${name} is not signed: ${url}`);
  return { name, path: pathname, expires, signature };
}

/** The URL of a link, in its own spelling. */
export function targetOf(link: SignedLink): string {
  return `${link.path}?${queryOf(link)}`;
}

/** The query of a link, in its own spelling. */
export function queryOf({ expires, signature }: SignedLink): string {
  return `expires=${expires}&signature=${signature}`;
}

/** A link to another thing. */
export function another(link: SignedLink, all: readonly SignedLink[], index: number): SignedLink {
  const others = all.filter(({ path }) => path !== link.path);
  const found = others[index % others.length];
  if (!found) throw new Error("there is only one link");
  return found;
}
