import { eventExample } from "../history/mod.ts";

/** A stream of events for the documentation. */
export const streamExample = `retry: 2000

id: ${eventExample.position}
event: ${eventExample.type}
data: ${JSON.stringify(eventExample)}

`;
