import fc from "fast-check";
import { queryOf, type SignedLink } from "./signed_links.ts";
import type { WrongTarget } from "./wrong_target.ts";

/** Queries that are not the one that was signed. */
export function otherQuery(): fc.Arbitrary<WrongTarget> {
  const query = fc.constantFrom(...QUERIES);
  return query.map(([name, change]) => ({ name, target: (link) => `${link.path}?${change(link)}` }));
}

const QUERIES: readonly (readonly [string, (link: SignedLink) => string])[] = [
  ["without a time", ({ signature }) => `signature=${signature}`],
  ["without a signature", ({ expires }) => `expires=${expires}`],
  ["with neither", () => ""],
  ["with both exchanged", ({ expires, signature }) => `expires=${signature}&signature=${expires}`],
  ["with the time twice", (link) => `${queryOf(link)}&expires=${link.expires}`],
  ["with the signature twice", (link) => `${queryOf(link)}&signature=${link.signature}`],
  ["with a later time after it", (link) => `${queryOf(link)}&expires=4102444800`],
  ["with a later time before it", (link) => `expires=4102444800&${queryOf(link)}`],
  ["with another signature after it", (link) => `${queryOf(link)}&signature=x`],
  ["with another signature before it", (link) => `signature=x&${queryOf(link)}`],
  ["with an empty signature before it", (link) => `signature=&${queryOf(link)}`],
  ["with names in upper case", (link) => queryOf(link).toUpperCase()],
  ["with names of lists", ({ expires, signature }) => `expires[]=${expires}&signature[]=${signature}`],
  ["with semicolons", (link) => queryOf(link).replace("&", ";")],
  ["with an escaped separator", (link) => queryOf(link).replace("&", "%26")],
  ["with a stray parameter", (link) => `${queryOf(link)}&x=1`],
  ["with a parameter of an object", (link) => `${queryOf(link)}&__proto__=1`],
  ["with a parameter of another endpoint", (link) => `${queryOf(link)}&at=1`],
  ["with an owner", (link) => `owner=bob&${queryOf(link)}`],
  ["with a download twice", (link) => `${queryOf(link)}&download=1&download=1`],
  ["with a broken escape", (link) => `${queryOf(link)}&%ff=1`],
  ["after a second question mark", (link) => `?${queryOf(link)}`],
];
