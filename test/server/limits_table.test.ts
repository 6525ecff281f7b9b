import { expect, test } from "bun:test";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const read = (path: string) => Bun.file(join(ROOT, path)).text();

/** A file, what stands before a value in it, and the unit of the table in that of the code. */
type Source = readonly [path: string, before: string, unit?: number];

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const SECOND = 1000;
const MEDIA = "src/media/media_service.ts";
const RENDERER = "src/media/renderer.ts";
const MIX = "src/media/mix_call.ts";
const POOL = "src/processes/pool.ts";
const RETRIES = "src/event_log/work/retries.ts";
const CPU_LIMIT = [MEDIA, "const CPU_LIMIT_MS = ", SECOND] as const;
const OF_A_CALL = [RENDERER, "cpuLimitMs: (?=\\d)"] as const;
const BY_THE_CLOCK = [RENDERER, "timeLimitMs: (?=\\d+ \\* milliseconds)"] as const;
const START = [RENDERER, "const START_MS = ", SECOND] as const;
const ASSET = [RENDERER, "const ASSET_MS = ", SECOND] as const;

/** Where the numbers of each row come from, in their order; rows of settings have none. */
const ROWS: Readonly<Record<string, readonly Source[]>> = {
  "URL of a request": [["src/http/request/request_guard.ts", "const MAX_TARGET_LENGTH = "]],
  "JSON body": [
    ["src/http/request/read_json.ts", "const MAX_JSON_BYTES = ", MIB],
    ["src/http/request/read_json.ts", "const MAX_JSON_VALUES = "],
    ["src/http/request/read_json.ts", "const MAX_DEPTH = "],
  ],
  "Uploaded or fetched file": [],
  "Text fields": [],
  "Brand guidelines, metadata, campaign brief, scene metadata": [
    ["src/core/check_fields.ts", "const MAX_OBJECT_BYTES = ", KIB],
  ],
  "Fields named by one refusal": [["src/core/validation_errors.ts", "const MOST_DETAILS = "]],
  "Forbidden words of a brief": [
    ["src/storyboard/restrictions.ts", "const MAX_RULES_LENGTH = ", KIB],
    ["src/storyboard/restrictions.ts", "const \\[MAX_FEEDBACK, MAX_RULE_LENGTH\\] = \\["],
    ["src/storyboard/restrictions.ts", "const MAX_TERMS = "],
  ],
  "Planning, a template's or after a model's answer": [["test/support/cpu.ts", "const MAX_STALL_MS = "]],
  "Page of a list, history or of revisions": [
    ["src/http/request/page_request.ts", "maximum: "],
    ["src/core/paging.ts", "const MAX_PAGE_BYTES = ", MIB],
  ],
  "Several ranges of stored bytes": [
    ["src/http/bytes/ranges.ts", "const MAX_RANGES = "],
    ["src/http/bytes/ranges.ts", "const MAX_PARTS_BYTES = ", MIB],
  ],
  "Pace of a request body": [
    ["src/http/request/body_pace.ts", "leastBytesPerSecond: (?=\\d)", KIB],
    ["src/http/request/body_pace.ts", "graceMs: (?=\\d)", SECOND],
    ["src/http/request/body_pace.ts", "idleMs: (?=\\d)", SECOND],
  ],
  "Uploads under way": [
    ["src/access/owner_quotas.ts", "const UPLOADS_PER_OWNER = "],
    ["src/access/owner_quotas.ts", "const UPLOADS_AT_ONCE = "],
  ],
  "Files that are read at once": [
    [MEDIA, "const PROCESSES = "],
    [MEDIA, "const PROCESSES_PER_OWNER = "],
    CPU_LIMIT,
    [MEDIA, "timeLimitMs: ", SECOND],
    [MEDIA, "memoryLimitBytes: ", GIB],
  ],
  "Pixels of a picture": [
    ["src/media/pictures/open_picture.ts", "const PIXEL_LIMIT = "],
    ["src/media/pictures/image.ts", "const ANIMATION_PIXEL_LIMIT = "],
  ],
  "Larger side of a picture in a video, and of a thumbnail": [
    ["src/media/types.ts", "const PICTURE_SIDE = "],
    ["src/media/types.ts", "const THUMBNAIL_SIZE = "],
  ],
  "Size of an SVG": [["src/media/pictures/svg_document.ts", "const MAX_SVG_BYTES = ", MIB]],
  "Descriptors of a child process": [["src/processes/sandbox/confine.ts", "const MAX_OPEN_FILES = "]],
  "Messages of a child process": [["src/processes/child.ts", "const MESSAGES_A_SECOND = "]],
  "Tries of a call whose process crashes or is killed": [[POOL, "const CALL_TRIES = "]],
  "Tries to start a process, and the pause after them": [
    [POOL, "const START_TRIES = "],
    [POOL, "const GIVE_UP_MS = ", SECOND],
  ],
  "Pause before work is tried again": [
    ["src/event_log/work/todo_worker.ts", "retryMs = "],
    [RETRIES, "const MAX_PAUSE_MS = ", SECOND],
  ],
  "Losses of work whose process is killed or never ends": [
    [RETRIES, "const BLAMED_LOSSES = "],
    [RETRIES, "const MAX_LOSSES = "],
  ],
  "Faults of work that are neither a verdict nor a shortage": [
    ["src/event_log/work/todo_worker.ts", "attempts = (?=\\d)"],
  ],
  "Renders at once": [[RENDERER, "memoryLimitBytes: ", GIB]],
  "CPU of a render": [
    OF_A_CALL,
    START,
    [RENDERER, "const PIXEL_MS = ", SECOND / 1e6],
    ASSET,
    [RENDERER, "const CLIP_SECOND_MS = ", SECOND],
    BY_THE_CLOCK,
  ],
  "CPU of a mix": [
    OF_A_CALL,
    [MIX, "const MIX_START_MS = ", SECOND],
    [MIX, "const SOUND_SECOND_MS = ", SECOND],
    [MIX, "const SOUND_MS = ", SECOND],
    BY_THE_CLOCK,
  ],
  "Sheets at once": [[RENDERER, "const SHEETS_AT_ONCE = Math.max\\("]],
  "CPU of a sheet": [OF_A_CALL, START, [RENDERER, "const SHEET_SCENE_MS = ", SECOND], ASSET, BY_THE_CLOCK],
  "Assets of one bulk import": [["src/assets/schema.ts", "Type.Array\\(UrlItem, { minItems: 1, maxItems: "]],
  "Events read for a stream of events at a time": [
    ["src/event_streams/event_stream.ts", "const BATCH = "],
    ["src/event_streams/event_stream.ts", "const MAX_CHUNK_BYTES = ", KIB],
  ],
  "Bytes that wait for a slow reader of a stream": [["src/event_streams/stream_hub.ts", "maxQueuedBytes = ", MIB]],
  "Streams of events": [],
  "Events folded by a command": [
    ["src/access/bounded_log.ts", "const MAX_STREAM_EVENTS = "],
    ["src/access/bounded_log.ts", "const MAX_STREAM_BYTES = ", MIB],
  ],
  "Stored bytes: assets, videos, and events beyond the first MiB": [],
  "Deleted bytes that are still on the disk": [],
  "Requests, by what they cost (below)": [],
  "Wrong keys": [],
  "Unfinished imports, imports at once": [],
  "Jobs in progress": [],
};

/** The value that follows a text in a file: a number, or a product of numbers and of another constant there. */
async function numberAt([path, before, unit = 1]: Source): Promise<number> {
  const code = await read(path);
  const found = new RegExp(`${before}([\\w.* -]+)`).exec(code)?.[1];
  if (found === undefined) throw new Error(`${path} has no '${before}'`);
  const factors = found
    .replaceAll("**", "^")
    .split("*")
    .map((factor) => factor.trim());
  const values = factors.map((factor) => {
    const [base = "", power = "1"] = factor.split("^").map((part) => part.trim());
    if (base === "milliseconds") return 1;
    // A factor that another row of the table has already.
    if (base === "PIXEL_LIMIT") return 1;
    if (base === "CPU_LIMIT_MS") return 20_000;
    return Number(base.replaceAll("_", "")) ** Number(power);
  });
  return values.reduce((product, value) => product * value, 1) / unit;
}

const architecture = await read("docs/architecture.md");
const [, limits = ""] = architecture.split("\n## Limits\n");
const table = (limits.split("\n\n").find((part) => part.startsWith("| What")) ?? "").trim().split("\n").slice(2);
const cellsOf = (line: string) => line.split("|").map((cell) => cell.trim());

/** The numbers of a text, without the paths in it. */
function numbersIn(text: string): number[] {
  return [...text.replaceAll(/`[^`]*`/g, "").matchAll(/\d[\d,.]*\d|\d/g)].map(([text]) =>
    Number(text.replaceAll(",", "")),
  );
}

test("the table of limits: its rows are those that are compared with the code", () => {
  expect(table.map((line) => cellsOf(line)[1] ?? "").toSorted()).toEqual(Object.keys(ROWS).toSorted());
});

test.each(table.map((line) => cellsOf(line)))(
  "the table of limits: %p%s is as the code has it",
  async (_, what = "", bound = "") => {
    const values = await Promise.all((ROWS[what] ?? []).map(numberAt));
    expect(numbersIn(bound)).toEqual(values);
  },
);
