import type { Decider, NewEvent } from "../event_log/mod.ts";

/**
 * The events of a whole life: each command is decided by the slice's own rules on the state that the earlier ones led
 * to, so that nothing can come in that could not have happened here.
 *
 * @throws {Error} when a command leads to nothing, which is a bug of the one who gave them
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
