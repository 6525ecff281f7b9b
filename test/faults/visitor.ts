import type { Answer } from "../support/answer.ts";
import type { RestartableServer } from "./restartable_server.ts";

/** Something that the server has said yes to. */
export interface Promised {
  readonly stream: string;
  /** The version that the stream had at least come to. */
  readonly version: number;
}

/** A client that asks again when the server goes away under its hands, as a careful one does. */
export interface Visitor {
  /** The acknowledged writes so far; none may be lost. */
  readonly promises: readonly Promised[];
  /** Answers that no request may get, however hostile. */
  readonly faults: readonly string[];
  get(path: string): Promise<Answer>;
  /**
   * Sends a change with an `Idempotency-Key` of its own, until there is an answer.
   *
   * @param body a function makes a body that can be read only once
   */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

const PAUSE_MS = 20;

/** The most repetitions of a request after a shortage, or after no answer of a server that was not killed. */
const MAX_SHORT = 6_000;
const MAX_UNREADABLE = 10;

/** Makes a client of a place, with headers of its own on every request. */
export function createVisitor(place: RestartableServer, own: Readonly<Record<string, string>> = {}): Visitor {
  const promises: Promised[] = [];
  const faults: string[] = [];

  async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    for (let short = 0, unreadable = 0; ; ) {
      const server = await place.server();
      const { kills } = place;
      try {
        const answer = await server.api(method, path, typeof body === "function" ? body() : body, {
          ...own,
          ...headers,
        });
        if (answer.status === 500) faults.push(`${method} ${path}: ${answer.text}`);
        if (answer.status !== 503 || ++short > MAX_SHORT) return answer;
      } catch (error) {
        // Killed before it could answer. Whether it had done what was asked is for the next answer to tell.
        if (place.kills === kills && ++unreadable > MAX_UNREADABLE) {
          throw new Error(`No answer to ${method} ${path} can be read`, { cause: error });
        }
      }
      await Bun.sleep(PAUSE_MS);
    }
  }

  return {
    promises,
    faults,
    get: (path) => ask("GET", path),
    async send(method, path, body, headers) {
      const answer = await ask(method, path, body, { "idempotency-key": crypto.randomUUID(), ...headers });
      if (answer.status < 300) promises.push(...promisedBy(path, answer.data));
      return answer;
    },
  };
}

/** Returns the streams and versions that the log must hold after a 2xx. */
function promisedBy(path: string, data: unknown): Promised[] {
  const kind = /^\/(asset|job|client)s/.exec(path)?.[1];
  const { id, version = 1 } = Object(data);
  return kind !== undefined && typeof id === "string" ? [{ stream: `${kind}-${id}`, version: Number(version) }] : [];
}
