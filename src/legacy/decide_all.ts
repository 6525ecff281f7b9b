import type { Decider, NewEvent } from "../event_log/mod.ts";

/**
 * Decides commands one after the other by the slice's own rules, so that an import cannot make a history that the
 * API could not.
 *
 * @throws {Error} when a command makes no event, which is a bug
 */
export function decideAll<State, Event extends NewEvent, Command extends { readonly do: string }>(
  { initial, evolve, decide }: Decider<State, Event, Command>,
  id: string,
  commands: readonly Command[],
): Event[] {
  let state = initial(id);
  return commands.flatMap((command) => {
    const events = decide(state, command);
    if (events.length === 0) throw new Error(`Cannot import ${id}: '${command.do}' changes nothing there`);
    state = events.reduce(evolve, state);
    return events;
  });
}
