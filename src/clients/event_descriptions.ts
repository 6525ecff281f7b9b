import { type Telling, telling } from "../history/event_descriptions.ts";
import { listed, quoted } from "../history/words.ts";
import { ClientCreated, ClientDeleted, type ClientEvent, ClientUpdated } from "./events.ts";

const FIELDS: Readonly<Record<string, string>> = { brandGuidelines: "brand guidelines" };

/** What people are told of a client's events. */
export const clientTellings = {
  ClientCreated: telling(ClientCreated, ({ data }) => `The client ${quoted(data.name)} was made`),
  ClientUpdated: telling(ClientUpdated, ({ data }) => {
    return `The client was changed: ${listed(Object.keys(data).map((field) => FIELDS[field] ?? field))}`;
  }),
  ClientDeleted: telling(ClientDeleted, () => "The client was deleted"),
} satisfies Record<ClientEvent["type"], Telling>;
