import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { Identity } from "../core/identity.ts";
import { notFound } from "../core/not_found.ts";
import type { EventLog } from "../event_log/mod.ts";
import { Enveloped, failures, type Http, operation, PageQuery, pageRequestOf, pageResponse } from "../http/mod.ts";
import type { DescribeEvent } from "./event_view.ts";
import { Event } from "./schema.ts";
import { pageOfStream } from "./stream_page.ts";

/** A kind of resource that has a history. */
export interface ThingWithHistory<Path extends string> {
  /** The name in messages: `job`. */
  readonly noun: string;
  /** The path below `/api/v3`: `jobs`. */
  readonly path: Path;
  /** The group of endpoints in the documentation. */
  readonly tag: string;
  readonly operationId: string;
  readonly streamOf: (id: string) => string;
}

/** The dependencies of the history routes. */
export interface HistoryRoutesDeps {
  readonly http: Http;
  readonly log: EventLog;
  readonly describe: DescribeEvent;
}

const description =
  "Oldest first, each with a sentence for people. What was deleted keeps its history, readable by its owner.";

/** Creates `/api/v3/{things}/{id}/history`. The path is a literal type, for the typed client. */
export function historyRoutes<const Path extends string>(
  thing: ThingWithHistory<Path>,
  { http, log, describe }: HistoryRoutesDeps,
) {
  /** Checks the owner in the log, the only record of a deleted resource's owner. */
  async function checkOwner({ owner }: Identity, stream: string): Promise<void> {
    const [first] = await log.readStream(stream, { after: 0, limit: 1 });
    if (first?.metadata.owner === owner) return;
    throw notFound(thing.noun);
  }

  return new Elysia({ prefix: `/api/v3/${thing.path}` as const, normalize: false, tags: [thing.tag] }).use(http).get(
    "/:id/history",
    async ({ request, identity, params, query, set, publicUrl }) => {
      const stream = thing.streamOf(params.id);
      await checkOwner(identity, stream);
      const pageRequest = pageRequestOf(query);
      const page = await pageOfStream(log, stream, pageRequest);
      return pageResponse(page.items.map(describe), { page, pageRequest, request, identity, publicUrl, set });
    },
    {
      params: Type.Object({ id: Type.String() }),
      query: Type.Object(PageQuery),
      response: {
        200: Enveloped(Type.Array(Event), "A page of events, oldest first."),
        ...failures("not_found", "validation_failed"),
      },
      detail: operation(thing.operationId, `What happened to the ${thing.noun}`, { description, traits: ["paged"] }),
    },
  );
}
