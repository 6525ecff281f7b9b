import { eventExample } from "../history/mod.ts";

/** A stream of events, as the documentation shows it. */
export const streamExample = `retry: 2000

id: ${eventExample.position}
event: ${eventExample.type}
data: ${JSON.stringify(eventExample)}

`;
