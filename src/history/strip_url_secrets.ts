import { redactUrl } from "../net/mod.ts";

/**
 * Returns the same data without userinfo, query and fragment in http and https URLs: they hold signatures and
 * passwords. Pure; other values are unchanged.
 */
export function withoutUrlSecrets(value: unknown): unknown {
  if (typeof value === "string") return /^https?:/i.test(value) ? redactUrl(value) : value;
  if (Array.isArray(value)) return value.map(withoutUrlSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutUrlSecrets(inner)]));
}
