import { redactUrl } from "../net/mod.ts";

/**
 * The same data with every http or https URL cut to what may be shown: userinfo, query and fragment hold signatures and
 * passwords. Pure; what is no such URL stays as it is.
 */
export function withoutUrlSecrets(value: unknown): unknown {
  if (typeof value === "string") return /^https?:/i.test(value) ? redactUrl(value) : value;
  if (Array.isArray(value)) return value.map(withoutUrlSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutUrlSecrets(inner)]));
}
