import { describeEvent, type EventDescription, quoted } from "../history/mod.ts";
import { type AccessEvent, ApiKeyIssued, ApiKeyRevoked } from "./events.ts";

/** Descriptions of a key's events for people. */
export const accessEventDescriptions = {
  ApiKeyIssued: describeEvent(
    ApiKeyIssued,
    ({ data: { label, scope } }) =>
      `An API key with the scope ${scope} was issued${label === null ? "" : `: ${quoted(label)}`}`,
    // The hash has no use for a reader.
    ({ data: { hash: _hash, ...data } }) => data,
  ),
  ApiKeyRevoked: describeEvent(ApiKeyRevoked, () => "An API key was revoked"),
} satisfies Record<AccessEvent["type"], EventDescription>;
