import { changedAtOf, createdAtOf, defineProjection, type TableWriter, when } from "../event_log/mod.ts";
import { ClientCreated, ClientDeleted, ClientUpdated, clientIdOf } from "./events.ts";
import { clients, clientTotals } from "./tables.ts";

/** The read tables of clients. */
export const clientsProjection = defineProjection("clients", 1, {
  tables: [clients, clientTotals],
  on: [
    when(ClientCreated, (rows, event) => {
      const { owner } = event.metadata;
      rows.insert(clients, {
        id: clientIdOf(event),
        owner,
        position: event.position,
        ...event.data,
        createdAt: createdAtOf(event),
        updatedAt: changedAtOf(event),
      });
      count(rows, owner, 1);
    }),
    when(ClientUpdated, (rows, event) => {
      rows.update(clients, { id: clientIdOf(event) }, { ...event.data, updatedAt: changedAtOf(event) });
    }),
    when(ClientDeleted, (rows, event) => {
      const client = rows.find(clients, { id: clientIdOf(event) });
      if (!client) return;
      rows.delete(clients, { id: client.id });
      count(rows, client.owner, -1);
    }),
  ],
});

function count(rows: TableWriter, owner: string, by: 1 | -1): void {
  const total = (rows.find(clientTotals, { owner })?.count ?? 0) + by;
  if (total === 0) rows.delete(clientTotals, { owner });
  else rows.upsert(clientTotals, { owner, count: total });
}
