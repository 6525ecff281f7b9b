import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";

const SRC = join(import.meta.dir, "../../src");
const files = [...new Bun.Glob("**/*.ts").scanSync(SRC)].sort();
const textOf = new Map(files.map((file) => [file, readFileSync(join(SRC, file), "utf8")]));

/** What a file imports: paths below src, and names of packages. */
function importsOf(file: string): string[] {
  const found = textOf.get(file)?.matchAll(/(?:from|import\()\s*"([^"]+)"/g) ?? [];
  return [...found].map(([, name = ""]) => (name.startsWith(".") ? normalize(join(dirname(file), name)) : name));
}

/** The outermost folder of a file that has a door and that the importing file is outside of. */
function roomBetween(from: string, to: string): string | undefined {
  const parts = dirname(to).split("/");
  return parts
    .map((_, index) => parts.slice(0, index + 1).join("/"))
    .find((folder) => !from.startsWith(`${folder}/`) && existsSync(join(SRC, folder, "mod.ts")));
}

function importers(packages: readonly string[], allowed: RegExp): string[] {
  return files.filter(
    (file) =>
      !allowed.test(file) &&
      importsOf(file).some((name) => packages.some((wanted) => name === wanted || name.startsWith(`${wanted}/`))),
  );
}

/** What is found beyond the exceptions. */
function beyond(found: readonly string[], exceptions: readonly string[]): string[] {
  return found.filter((one) => !exceptions.includes(one));
}

test("layout: a room is entered through its mod.ts", () => {
  const sideDoors = files.flatMap((file) =>
    importsOf(file)
      .filter((to) => textOf.has(to))
      .flatMap((to) => {
        const room = roomBetween(file, to);
        return room === undefined || to === `${room}/mod.ts` ? [] : [`${file} → ${to}`];
      }),
  );
  expect(beyond(sideDoors, SIDE_DOORS)).toEqual([]);
});

test("layout: core imports neither http nor the event log", () => {
  const found = files
    .filter((file) => file.startsWith("core/"))
    .flatMap((file) =>
      importsOf(file)
        .filter((to) => /^(http|event_log)\//.test(to))
        .map((to) => `${file} → ${to}`),
    );
  expect(beyond(found, CORE_IMPORTS)).toEqual([]);
});

test("layout: only adapters, projections and read queries import the database's packages", () => {
  const allowed =
    /^(database|event_log\/(sqlite|projections)|blobs\/sqlite)\/|(^|_|\/)(projection|tables|queries)\.ts$/;
  expect(beyond(importers(["bun:sqlite", "drizzle-orm"], allowed), DATABASE_IMPORTS)).toEqual([]);
});

test("layout: only http, the server and routes import elysia", () => {
  expect(beyond(importers(["elysia"], /^(http|server)\/|routes\.ts$/), ELYSIA_IMPORTS)).toEqual([]);
});

test("layout: only the SQLite adapter of the event log has SQL on its tables", () => {
  const sql = /\b(FROM|JOIN|INTO|UPDATE|ON)\s+(main\.)?"?(events|event_hashes)"?\b(?!\.)/;
  const found = files.filter((file) => !file.startsWith("event_log/sqlite/") && sql.test(textOf.get(file) ?? ""));
  expect(beyond(found, SQL_ON_EVENTS)).toEqual([]);
});

test("layout: only the SQLite adapter of the event log asks SQLite for changes", () => {
  const found = files.filter(
    (file) => !file.startsWith("event_log/sqlite/") && /data_version|total_changes/.test(textOf.get(file) ?? ""),
  );
  expect(beyond(found, CHANGE_COUNTERS)).toEqual([]);
});

test("layout: one base name has one meaning", () => {
  // A command of the CLI has the name of its command.
  const byName = Map.groupBy(
    files.filter((file) => !file.startsWith("cli/")),
    (file) => basename(file),
  );
  const found = [...byName]
    .filter(([name, same]) => same.length > 1 && !STANDARD_NAMES.has(name))
    .map(([name]) => name);
  expect(beyond(found, SAME_NAMES)).toEqual([]);
});

/** Names that mean the same in every slice. */
const STANDARD_NAMES: ReadonlySet<string> = new Set(
  [
    ...[
      "mod",
      "commands",
      "decide",
      "event_descriptions",
      "events",
      "examples",
      "projection",
      "queries",
      "routes",
      "routes_deps",
    ],
    ...["schema", "stats_routes", "tables", "view", "wait_until_settled"],
  ].map((name) => `${name}.ts`),
);

// Today's exceptions. Each is to be removed; none is to be added.
const SIDE_DOORS: readonly string[] = [
  "access/event_descriptions.ts → history/event_descriptions.ts",
  "access/event_descriptions.ts → history/words.ts",
  "assets/assets_as_of.ts → history/as_of_query.ts",
  "assets/blobs_projection.ts → jobs/events.ts",
  "assets/event_descriptions.ts → history/event_descriptions.ts",
  "assets/event_descriptions.ts → history/strip_url_secrets.ts",
  "assets/event_descriptions.ts → history/words.ts",
  "assets/queries.ts → database/in_client_scope.ts",
  "assets/queries.ts → database/paged_list.ts",
  "assets/routes.ts → history/as_of_query.ts",
  "campaigns/commands.ts → event_log/cascade_delete.ts",
  "campaigns/dependents.ts → event_log/cascade_delete.ts",
  "campaigns/event_descriptions.ts → history/event_descriptions.ts",
  "campaigns/event_descriptions.ts → history/words.ts",
  "campaigns/queries.ts → database/paged_list.ts",
  "cli/demo/story.ts → assets/schema.ts",
  "cli/demo/story.ts → jobs/schema.ts",
  "clients/commands.ts → event_log/cascade_delete.ts",
  "clients/event_descriptions.ts → history/event_descriptions.ts",
  "clients/event_descriptions.ts → history/words.ts",
  "clients/queries.ts → database/paged_list.ts",
  "event_streams/examples.ts → history/examples.ts",
  "event_streams/sse_frame.ts → history/event_view.ts",
  "event_streams/stream_hub.ts → history/event_view.ts",
  "jobs/rendering/contact_sheet.ts → blobs/file_cache.ts",
  "jobs/history/event_descriptions.ts → history/event_descriptions.ts",
  "jobs/history/event_descriptions.ts → history/strip_url_secrets.ts",
  "jobs/history/event_descriptions.ts → history/words.ts",
  "jobs/examples.ts → assets/examples.ts",
  "jobs/history/jobs_as_of.ts → assets/events.ts",
  "jobs/history/jobs_as_of.ts → history/as_of_query.ts",
  "jobs/rendering/pictures.ts → blobs/file_cache.ts",
  "jobs/projection.ts → assets/events.ts",
  "jobs/queries.ts → database/in_client_scope.ts",
  "jobs/queries.ts → database/paged_list.ts",
  "jobs/rendering/render_worker.ts → assets/blob_id.ts",
  "jobs/requests/request_schema.ts → assets/schema.ts",
  "jobs/history/revision_routes.ts → history/event_view.ts",
  "jobs/routes.ts → history/as_of_query.ts",
  "jobs/routes_deps.ts → blobs/file_cache.ts",
  "jobs/scenes/scene_routes.ts → history/as_of_query.ts",
  "jobs/tables.ts → event_log/work/causation.ts",
  "legacy/assets.ts → assets/events.ts",
  "legacy/campaigns.ts → campaigns/decide.ts",
  "legacy/campaigns.ts → campaigns/events.ts",
  "legacy/clients.ts → clients/decide.ts",
  "legacy/clients.ts → clients/events.ts",
  "legacy/clients.ts → clients/guidelines.ts",
  "legacy/dry_target.ts → campaigns/events.ts",
  "legacy/import_legacy.ts → assets/events.ts",
  "legacy/import_legacy.ts → campaigns/events.ts",
  "legacy/import_legacy.ts → clients/events.ts",
  "legacy/import_legacy.ts → jobs/events.ts",
  "legacy/job_ending.ts → jobs/command.ts",
  "legacy/job_ending.ts → jobs/events.ts",
  "legacy/job_request.ts → jobs/event_parts.ts",
  "legacy/jobs.ts → jobs/decide.ts",
  "legacy/jobs.ts → jobs/events.ts",
  "legacy/jobs.ts → jobs/requests/resolve_assets.ts",
  "legacy/names.ts → assets/schema.ts",
  "legacy/scenes.ts → jobs/events.ts",
  "legacy/store_asset.ts → assets/decide.ts",
  "legacy/store_job.ts → jobs/decide.ts",
  "legacy/store_target.ts → assets/decide.ts",
  "legacy/target.ts → jobs/requests/resolve_assets.ts",
  "net/serve_fetches.ts → blobs/stage_file.ts",
  "net/serve_fetches.ts → processes/serve.ts",
  "processes/workspace.ts → blobs/stage_file.ts",
  "server/app.ts → assets/events.ts",
  "server/app.ts → jobs/events.ts",
  "server/app.ts → jobs/history/revision_routes.ts",
  "server/event_services.ts → assets/assets_as_of.ts",
  "server/event_services.ts → assets/events.ts",
  "server/event_services.ts → assets/projection.ts",
  "server/event_services.ts → jobs/events.ts",
  "server/event_services.ts → jobs/history/jobs_as_of.ts",
  "server/event_services.ts → jobs/projection.ts",
  "server/event_services.ts → jobs/history/revisions.ts",
  "server/event_services.ts → jobs/scenes/scenes_projection.ts",
  "server/registry.ts → assets/blobs_projection.ts",
  "server/registry.ts → assets/event_descriptions.ts",
  "server/registry.ts → assets/events.ts",
  "server/registry.ts → assets/projection.ts",
  "server/registry.ts → campaigns/event_descriptions.ts",
  "server/registry.ts → campaigns/events.ts",
  "server/registry.ts → campaigns/projection.ts",
  "server/registry.ts → clients/event_descriptions.ts",
  "server/registry.ts → clients/events.ts",
  "server/registry.ts → clients/projection.ts",
  "server/registry.ts → jobs/history/event_descriptions.ts",
  "server/registry.ts → jobs/events.ts",
  "server/registry.ts → jobs/projection.ts",
  "server/registry.ts → jobs/scenes/scenes_projection.ts",
  "server/services.ts → blobs/file_cache.ts",
];
const CORE_IMPORTS: readonly string[] = [];
const DATABASE_IMPORTS: readonly string[] = [
  "assets/ingest_worker.ts",
  "backup/backup.ts",
  "backup/snapshot.ts",
  "campaigns/commands.ts",
  "cli/events.ts",
  "cli/log_database.ts",
  "cli/parse_moment.ts",
  "cli/stats.ts",
  "clients/commands.ts",
  "event_log/create_once.ts",
  "event_log/idempotency.ts",
  "event_log/work/causation.ts",
  "event_log/work/todo_queue.ts",
  "http/response/response_cache.ts",
  "jobs/requests/assets_worker.ts",
  "legacy/dry_target.ts",
  "legacy/old_file.ts",
  "legacy/open_immutable.ts",
  "retention/retention.ts",
  "server/workers.ts",
];
const ELYSIA_IMPORTS: readonly string[] = [];
const SQL_ON_EVENTS: readonly string[] = [
  "cli/stats.ts",
  "cli/streams.ts",
  "legacy/dry_target.ts",
  "retention/retention.ts",
];
const CHANGE_COUNTERS: readonly string[] = [
  "cli/events.ts",
  "database/read_cache.ts",
  "event_log/projections/rebuild.ts",
];
const SAME_NAMES: readonly string[] = ["target.ts"];
