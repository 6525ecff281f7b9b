import { describe, expect, test } from "bun:test";
import { type ClientCommand, clientDecider } from "../../src/clients/decide.ts";
import { ClientCreated, ClientDeleted, type ClientEvent, ClientUpdated } from "../../src/clients/events.ts";

const details = {
  name: "Acme",
  description: null,
  homepage: "https://acme.example",
  brandGuidelines: null,
  metadata: { crm: { id: 1, tags: ["a"] } },
};

function given(...events: ClientEvent[]) {
  const state = events.reduce(clientDecider.evolve, clientDecider.initial("1"));
  return { when: (command: ClientCommand) => clientDecider.decide(state, command) };
}

describe("a client", () => {
  test("is made once, and a retry of its making changes nothing", () => {
    const create = { do: "create", details: details } as const;
    expect(given().when(create)).toEqual([ClientCreated.of(details)]);
    expect(given(ClientCreated.of(details)).when(create)).toEqual([]);
    expect(given(ClientCreated.of(details), ClientDeleted.of({})).when(create)).toEqual([]);
  });

  test("records only what really changes", () => {
    const changes = { name: "Acme", homepage: null, metadata: { crm: { tags: ["a"], id: 1 } } };
    expect(given(ClientCreated.of(details)).when({ do: "update", changes })).toEqual([
      ClientUpdated.of({ homepage: null }),
    ]);
    expect(given(ClientCreated.of(details)).when({ do: "update", changes: {} })).toEqual([]);
  });

  test("compares with what the last change made of it", () => {
    const history = given(ClientCreated.of(details), ClientUpdated.of({ name: "Acme 2" }));
    expect(history.when({ do: "update", changes: { name: "Acme 2" } })).toEqual([]);
    expect(history.when({ do: "update", changes: { name: "Acme" } })).toEqual([ClientUpdated.of({ name: "Acme" })]);
  });

  test("sees a list in another order as another list", () => {
    const changes = { metadata: { list: [2, 1] } };
    const before = ClientCreated.of({ ...details, metadata: { list: [1, 2] } });
    expect(given(before).when({ do: "update", changes })).toEqual([ClientUpdated.of(changes)]);
  });

  test("is deleted once", () => {
    expect(given(ClientCreated.of(details)).when({ do: "delete" })).toEqual([ClientDeleted.of({})]);
    const deleted = given(ClientCreated.of(details), ClientDeleted.of({}));
    expect(() => deleted.when({ do: "delete" })).toThrow("Cannot find this client");
    expect(() => deleted.when({ do: "update", changes: { name: "x" } })).toThrow("Cannot find this client");
    expect(() => given().when({ do: "delete" })).toThrow("Cannot find this client");
  });
});
