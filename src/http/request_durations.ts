/** The durations of requests, counted as a Prometheus histogram. */
export interface RequestDurations {
  /** Counts a request that was answered. `route` is the pattern, so that ids do not create a series each. */
  observe(request: ObservedRequest): void;
  /** Returns the series in Prometheus' text format. */
  render(): string;
}

/** An answered request. */
export interface ObservedRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

interface Series {
  readonly labels: string;
  /** The number of requests in each bucket, not cumulated; the last counts the rest. */
  readonly counts: number[];
  sum: number;
}

const NAME = "reelog_http_request_duration_seconds";
const HELP = "Time from a request's arrival to its answer, by route and status";
/** The upper bounds of the buckets, in seconds. */
const BOUNDS: readonly number[] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

/**
 * Creates the histogram. The metrics library's one finds a series by a text made of its labels, for every request: more
 * than the lookup of an asset costs. This one only adds, and formats text on a scrape.
 */
export function createRequestDurations(): RequestDurations {
  /** The series by route, method and status. */
  const routes = new Map<string, Map<string, Map<number, Series>>>();

  function seriesOf({ route, method, status }: ObservedRequest): Series {
    const methods = grown(routes, route, () => new Map<string, Map<number, Series>>());
    const statuses = grown(methods, method, () => new Map<number, Series>());
    return grown(statuses, status, () => ({
      labels: `method="${method}",route="${route}",status="${status}"`,
      counts: Array<number>(BOUNDS.length + 1).fill(0),
      sum: 0,
    }));
  }

  return {
    observe(request) {
      const series = seriesOf(request);
      const { seconds } = request;
      let bucket = 0;
      while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.sum += seconds;
    },
    render() {
      const all = [...routes.values()].flatMap((methods) => [...methods.values()].flatMap((of) => [...of.values()]));
      return [`# HELP ${NAME} ${HELP}`, `# TYPE ${NAME} histogram`, ...all.flatMap(linesOf), ""].join("\n");
    },
  };
}

function linesOf({ labels, counts, sum }: Series): string[] {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return `${NAME}_bucket{le="${BOUNDS[index] ?? "+Inf"}",${labels}} ${total}`;
  });
  return [...buckets, `${NAME}_sum{${labels}} ${sum}`, `${NAME}_count{${labels}} ${total}`];
}

function grown<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
