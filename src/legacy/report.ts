import { KINDS, type Kind } from "./item.ts";

/** Outcomes of the rows of one kind. */
export interface Counts {
  /** Imported by this run. */
  imported: number;
  /** The number of these that are failed assets or damaged videos. */
  failed: number;
  /** Imported by an earlier run. */
  skipped: number;
  /** The number of rows that were not imported. */
  refused: number;
}

/** A remark about one row. */
export interface Finding {
  readonly kind: Kind;
  /** The old id; null when it is missing or unusable. */
  readonly id: string | null;
  /** The outcome. `refused`: not imported. `failed`: imported as a failed asset. `note`: imported with a change. */
  readonly outcome: "refused" | "failed" | "note";
  readonly message: string;
}

/** The result of an import, or of a dry run. */
export interface Report {
  /** The owners that the users of the old file became. */
  readonly owners: readonly string[];
  readonly counts: Readonly<Record<Kind, Counts>>;
  /** Outcomes of the jobs' films; a film is refused with its job. */
  readonly videos: Counts;
  /** Tables that are not imported, with their number of rows; null when that cannot be read. */
  readonly unread: readonly { readonly table: string; readonly rows: number | null }[];
  readonly findings: readonly Finding[];
}

/** A report that is being written. */
export interface OpenReport extends Report {
  readonly findings: Finding[];
  readonly unread: { readonly table: string; readonly rows: number | null }[];
}

/** Creates an empty report. */
export function createReport(owners: readonly string[]): OpenReport {
  const none = (): Counts => ({ imported: 0, failed: 0, skipped: 0, refused: 0 });
  const counts = { client: none(), campaign: none(), asset: none(), job: none() };
  return { owners, counts, videos: none(), unread: [], findings: [] };
}

/** Formats a report: a table of counts, then every finding. */
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
    ...(left.length > 0 ? ["", "Rows of the old file that have no counterpart and were not imported:", ...left] : []),
  ];
}

function findingLine({ kind, id, message }: Finding): string {
  return `  ${kind} ${id ?? "without an id"}: ${message}`;
}
