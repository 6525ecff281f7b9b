/** The log to search. */
export interface TimesOfLog {
  readonly head: number;
  /** Returns the time of the event at a position up to the head, as it was recorded. */
  readonly timeAt: (position: number) => string;
}

/**
 * Returns the position of the log at a time: that of the last event which was recorded until then. For a time from now
 * on it is the head, because a clock that was set back is behind the times of the log.
 *
 * Positions order the log. Its times never go back, except in logs of early releases; one reads about as many events
 * as the head has binary digits, and a time always leads to the same position as the log grows.
 */
export function positionAt(time: Date, { head, timeAt }: TimesOfLog, now: Date): number {
  if (time >= now) return head;
  const text = time.toISOString();
  let position = 0;
  for (let step = 2 ** Math.floor(Math.log2(Math.max(head, 1))); step >= 1; step /= 2) {
    if (position + step <= head && timeAt(position + step) <= text) position += step;
  }
  return position;
}
