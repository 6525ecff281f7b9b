import type { Identity } from "../core/identity.ts";
import { found } from "../core/not_found.ts";
import type { DetailsCommands, DetailsKind, EventLog } from "../event_log/mod.ts";
import { idempotencyClaim } from "./request/idempotency_key.ts";
import { assertModified, preconditionOf } from "./request/preconditions.ts";
import { etagOf } from "./response/cached_json.ts";
import { envelope } from "./response/envelope.ts";
import { markReplayed } from "./response/mark_replayed.ts";
import type { AnswerSet } from "./response/response_headers.ts";

/** The resource behind the handlers. */
export interface DetailsHandlersDeps<Details, Row, View> extends Pick<DetailsKind<Details>, "noun" | "streamOf"> {
  readonly log: EventLog;
  readonly commands: DetailsCommands<Details>;
  readonly find: (owner: string, id: string) => Row | undefined;
  readonly viewOf: (row: Row) => View;
}

/** The part of a handler's context that the handlers need. */
export interface DetailsContext {
  readonly request: Request;
  readonly identity: Identity;
  readonly set: AnswerSet;
}

/** Creates the handlers of a resource that has only details, with its version as the ETag. */
export function createDetailsHandlers<Details, Row, View>(deps: DetailsHandlersDeps<Details, Row, View>) {
  const { noun, streamOf, log, commands, find, viewOf } = deps;

  function present({ identity: { owner } }: DetailsContext, id: string): Row {
    return found(find(owner, id), noun);
  }

  /** Responds with the current row. The version is read first, so that a stale ETag rejects a change, never allows one. */
  async function answered(context: DetailsContext, id: string) {
    const etag = etagOf({ version: await log.versionOf(streamOf(id)) });
    context.set.headers.etag = etag;
    return { etag, answer: envelope(viewOf(present(context, id)), context.identity.requestId) };
  }

  return {
    /** @param body the body as it was sent, which identifies equal requests */
    async create(context: DetailsContext, body: object, details: Details) {
      const { request, identity, set } = context;
      const idempotency = idempotencyClaim(request, () => ({ do: `create ${noun}`, ...body }));
      const { id, replayed } = await commands.create(identity, details, idempotency);
      set.headers.location = `/api/v3/${noun}s/${id}`;
      markReplayed(set, replayed);
      return (await answered(context, id)).answer;
    },
    async read(context: DetailsContext, id: string) {
      const { etag, answer } = await answered(context, id);
      assertModified(context.request, etag);
      return answer;
    },
    /** @param changesOf checks the body and returns the changes */
    async update(context: DetailsContext, id: string, changesOf: () => Partial<Details>) {
      present(context, id);
      await commands.update(context.identity, id, changesOf(), preconditionOf(context.request));
      return (await answered(context, id)).answer;
    },
    async remove(context: DetailsContext, id: string, { cascade }: { cascade?: "true" | "false" }) {
      present(context, id);
      const precondition = preconditionOf(context.request);
      await commands.remove(context.identity, id, { cascade: cascade === "true", precondition });
      return envelope({ id, message: `The ${noun} was deleted` }, context.identity.requestId);
    },
  };
}
