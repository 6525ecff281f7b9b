/**
 * Takes events up to the one with which there are so many bytes of data: at least one where there is any, so that who
 * reads piece by piece always gets on.
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
