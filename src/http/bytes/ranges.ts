import type { ByteRange } from "../../blobs/mod.ts";

/** The meaning of a `Range` header: parts of a representation, an unsatisfiable range, or (ignored) the whole. */
export type RangeRequest =
  | { kind: "parts"; ranges: [ByteRange, ...ByteRange[]] }
  | { kind: "unsatisfiable" }
  | { kind: "whole" };

/**
 * The most ranges of a request: more are of no use to a player or a PDF viewer, and the header is then ignored (RFC
 * 9110 §14.2).
 */
const MAX_RANGES = 32;

/** The most bytes of several ranges, which are sent from memory: pieces of an index, not of a film. */
const MAX_PARTS_BYTES = 4 * 1024 * 1024;

/**
 * Reads a `Range` header (RFC 9110 §14.1.2, §14.2) for a representation of `sizeBytes`.
 *
 * Another unit, a malformed header and an excess of ranges or of their bytes are ignored, as the RFC allows or demands. Ranges that
 * overlap or touch are merged, so a response never has more bytes than the representation.
 */
export function parseRange(header: string | null, sizeBytes: number): RangeRequest {
  const set = /^\s*bytes\s*=(.*)$/i.exec(header ?? "")?.[1];
  if (set === undefined) return { kind: "whole" };
  // Empty elements are allowed in every list (RFC 9110 §5.6.1.2).
  const specs = set
    .split(",", 4 * MAX_RANGES + 1)
    .map((spec) => spec.trim())
    .filter((spec) => spec !== "");
  if (specs.length === 0 || specs.length > MAX_RANGES) return { kind: "whole" };
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = parseSpec(spec, sizeBytes);
    if (range === "malformed") return { kind: "whole" };
    if (range !== "outside") ranges.push(range);
  }
  const [first, ...rest] = coalesce(ranges);
  if (first === undefined) return { kind: "unsatisfiable" };
  if (rest.length > 0 && bytesOf([first, ...rest]) > MAX_PARTS_BYTES) return { kind: "whole" };
  return { kind: "parts", ranges: [first, ...rest] };
}

/** Returns the value of `Content-Range` for one part, or of a 416 when `range` is null. */
export function contentRange(range: ByteRange | null, sizeBytes: number): string {
  return `bytes ${range === null ? "*" : `${range.start}-${range.end}`}/${sizeBytes}`;
}

function parseSpec(spec: string, sizeBytes: number): ByteRange | "malformed" | "outside" {
  const [, first, last] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "malformed";
  if (first === "") {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? "outside" : { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return "malformed";
  if (start >= sizeBytes) return "outside";
  return { start, end: last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}

function bytesOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start + 1, 0);
}

/** Merges ranges that overlap or touch; separate ranges keep the order of the request. */
function coalesce(ranges: ByteRange[]): ByteRange[] {
  const sorted = ranges.toSorted((a, b) => a.start - b.start);
  const merged: ByteRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end + 1) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
  }
  return merged.length === ranges.length ? ranges : merged;
}
