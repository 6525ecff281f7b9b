/**
 * Takes events up to the one that reaches a number of bytes of data, but at least one if there are any, so that a
 * reader in chunks always advances.
 */
export function takeBytes<Event extends { readonly data: string }>(
  events: Iterable<Event>,
  maxBytes = Number.POSITIVE_INFINITY,
): Event[] {
  const taken: Event[] = [];
  let bytes = 0;
  for (const event of events) {
    taken.push(event);
    bytes += event.data.length;
    if (bytes >= maxBytes) break;
  }
  return taken;
}
