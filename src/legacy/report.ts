import { KINDS, type Kind } from "./item.ts";

/** What became of the rows of one table. */
export interface Counts {
  /** Brought over by this run. */
  imported: number;
  /** Of those, assets that are failed here, or videos that are damaged. */
  failed: number;
  /** There already, by an earlier run. */
  skipped: number;
  /** Not brought over at all. */
  refused: number;
}

/** Something that a person should know. */
export interface Finding {
  readonly kind: Kind;
  /** The old id; null where there is none that can be used. */
  readonly id: string | null;
  /** `refused`: it is not here. `failed`: it is here, as a failed asset. `note`: it is here, and not quite as it was. */
  readonly outcome: "refused" | "failed" | "note";
  readonly message: string;
}

/** What an import did, or would do. */
export interface Report {
  /** Whom the users of the old file became. */
  readonly owners: readonly string[];
  readonly counts: Readonly<Record<Kind, Counts>>;
  /** What became of the films of the jobs; they are refused with their job. */
  readonly videos: Counts;
  /** Tables of the old file that have rows and are not read, each with their number. */
  readonly unread: readonly { readonly table: string; readonly rows: number | null }[];
  readonly findings: readonly Finding[];
}

/** A report that is being written. */
export interface OpenReport extends Report {
  readonly findings: Finding[];
  readonly unread: { readonly table: string; readonly rows: number | null }[];
}

/** An empty report. */
export function createReport(owners: readonly string[]): OpenReport {
  const none = (): Counts => ({ imported: 0, failed: 0, skipped: 0, refused: 0 });
  const counts = { client: none(), campaign: none(), asset: none(), job: none() };
  return { owners, counts, videos: none(), unread: [], findings: [] };
}

/** The report as lines for people: a table of counts, then every finding. */
export function reportLines({ owners, counts, videos, unread, findings }: Report): string[] {
  const columns = ["imported", "failed", "skipped", "refused"] as const;
  const titles = columns.map((name) => (name === "failed" ? "as failed" : name).padStart(10));
  const header = `${"".padEnd(10)}${titles.join("")}`;
  const rows: [string, Counts][] = [
    ...KINDS.map((kind): [string, Counts] => [`${kind}s`, counts[kind]]),
    ["videos", videos],
  ];
  const table = rows.map(([title, row]) => {
    const numbers = columns.map((name) => String(row[name]).padStart(10));
    return `${title.padEnd(10)}${numbers.join("")}`;
  });
  const left = unread.map(({ table: name, rows: number }) => `  ${name}: ${number ?? "damaged"}`);
  const listed = (outcome: Finding["outcome"], title: string) => {
    const lines = findings.filter((finding) => finding.outcome === outcome);
    return lines.length === 0 ? [] : ["", title, ...lines.map(findingLine)];
  };
  return [
    header,
    ...table,
    "",
    `Owners: ${owners.join(", ")}`,
    "A key for one of them: bun run keys create --owner <name>",
    ...listed("refused", "Not imported:"),
    ...listed("failed", "Imported as failed:"),
    ...listed("note", "Imported with a change:"),
    ...(left.length > 0 ? ["", "Rows of the old file that have no place here, and stay there:", ...left] : []),
  ];
}

function findingLine({ kind, id, message }: Finding): string {
  return `  ${kind} ${id ?? "without an id"}: ${message}`;
}
