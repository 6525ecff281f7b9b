import { describeEvent, type EventDescription, listed, quoted } from "../history/mod.ts";
import { ClientCreated, ClientDeleted, type ClientEvent, ClientUpdated } from "./events.ts";

const FIELDS: Readonly<Record<string, string>> = { brandGuidelines: "brand guidelines" };

/** The descriptions of a client's events, for histories and feeds. */
export const clientEventDescriptions = {
  ClientCreated: describeEvent(ClientCreated, ({ data }) => `The client ${quoted(data.name)} was created`),
  ClientUpdated: describeEvent(ClientUpdated, ({ data }) => {
    return `The client was changed: ${listed(Object.keys(data).map((field) => FIELDS[field] ?? field))}`;
  }),
  ClientDeleted: describeEvent(ClientDeleted, () => "The client was deleted"),
} satisfies Record<ClientEvent["type"], EventDescription>;
