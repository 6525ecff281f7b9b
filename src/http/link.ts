/**
 * Makes the URL under which whoever gets an answer can read bytes, e.g. in an `<img>`, of a path from the root: with
 * `PUBLIC_URL` before it where there is one, and signed where the server needs keys.
 */
export type Link = (path: string) => string;
