import type { ByteFile } from "../files/byte_file.ts";
import { unreadable } from "../media_errors.ts";
import { type Element, elementAt, ID, LEVEL_1, voidHeader } from "./ebml.ts";
import type { Patch, Patches } from "./patched_file.ts";

/** The maximum of blocks and other elements in one file: 14 hours of film and sound. */
const MAX_ELEMENTS = 4_000_000;

/** The maximum of top-level elements outside the segments; usually only padding follows a film. */
const MAX_TOP_ELEMENTS = 10_000;

/** The maximum of tracks in one file. */
const MAX_TRACKS = 1000;

/** The largest visible index: the library removes duplicates in quadratic time, and can seek without an index. */
const MAX_CUES_BYTES = 256 * 1024;
const MAX_SEEK_HEAD_BYTES = 64 * 1024;

/**
 * The maximum cost of lacing, as the sum of the squared numbers of laced frames: the library splices each into its
 * cluster.
 */
const MAX_LACING_COST = 5e8;

/** The maximum of consecutive unknown elements; beyond it the data counts as junk. */
const MAX_UNKNOWN_IN_A_ROW = 8;

/** The maximum of junk bytes to search for the next element. */
const MAX_JUNK_BYTES = 10 * 1024 * 1024;

/** The library searches on byte by byte behind junk, and never returns where exactly eight bytes are left (1.61.0). */
const RESYNC_BYTES = 16;

/**
 * Walks the elements of a Matroska or WebM file and hides data that its readers must skip: unknown elements
 * (RFC 8794, section 11.3), checksums, padding and junk become Void elements, and what follows the last element is cut.
 *
 * Throws `media_unreadable` for a truncated file, and for one with more elements than a film can have.
 */
export function readMatroska(file: ByteFile): Patches {
  const walk = new Walk(file);
  return { size: walk.run(), patches: walk.patches };
}

class Walk {
  readonly patches: Patch[] = [];
  #elements = 0;
  #lacingCost = 0;

  constructor(private readonly file: ByteFile) {}

  /** Walks the top level and returns the end of the last known element. */
  run(): number {
    let at = 0;
    for (let count = 0; at < this.file.size && count < MAX_TOP_ELEMENTS; count++) {
      const element = this.#next(at);
      if (element?.id === ID.segment) {
        at = this.#segment(element);
        // The rest is padding, or another film that the library ignores.
        if (element.end === null || at < element.end) return at;
      } else if (element?.id === ID.cluster && at > 0) at = this.#cluster(element, this.file.size);
      else if (element && isKnown(element.id) && element.end !== null) at = element.end;
      else break;
      if (at > this.file.size) throw truncated();
    }
    return at;
  }

  #segment(segment: Element): number {
    const { size } = this.file;
    if (segment.end !== null && segment.end > size) throw truncated();
    const end = segment.end ?? size;
    let gap: number | null = null;
    let at = segment.data;
    while (at < end) {
      const element = this.#next(at);
      if (segment.end === null && (element?.id === ID.segment || element?.id === ID.ebml)) break;
      if (!element || !LEVEL_1.has(element.id) || isTooLarge(element)) {
        gap ??= at;
        at = this.#skip(element, at, end);
        continue;
      }
      const next = element.id === ID.cluster ? this.#cluster(element, end) : this.#plain(element, end);
      if (next > size) throw truncated();
      if (gap !== null && at - gap === 1 && next - at < RESYNC_BYTES) {
        at = next;
        continue;
      }
      if (gap !== null) this.#hide(gap, at);
      gap = null;
      at = next;
    }
    if (gap === null) return at;
    if (end === size) return gap;
    this.#hide(gap, end);
    return end;
  }

  /** Skips an element whose children are not needed, after a check of the number of tracks. */
  #plain(element: Element, end: number): number {
    if (element.end === null) return this.#search(element.data, end);
    if (element.id === ID.tracks && element.end <= this.file.size) {
      let tracks = 0;
      for (let at = element.data; at < element.end; ) {
        const child = this.#next(at);
        if (!child || child.end === null) break;
        if (child.id === ID.trackEntry && ++tracks > MAX_TRACKS) throw tooMany("tracks");
        at = child.end;
      }
    }
    return element.end;
  }

  #cluster(cluster: Element, segmentEnd: number): number {
    const { size } = this.file;
    if (cluster.end !== null && cluster.end > size) throw truncated();
    const end = cluster.end ?? segmentEnd;
    let lacedFrames = 0;
    let at = cluster.data;
    while (at < end) {
      const child = this.#next(at);
      if (!child || child.end === null) break;
      if (LEVEL_1.has(child.id) || child.id === ID.segment || child.id === ID.ebml) return at;
      if (child.end > end) {
        if (end === size) throw truncated();
        break;
      }
      lacedFrames += this.#lacedFrames(child);
      at = child.end;
    }
    this.#lacingCost += lacedFrames ** 2;
    if (this.#lacingCost > MAX_LACING_COST) throw tooMany("laced frames");
    if (cluster.end === null || at === end) return at;
    if (end - at > 1) this.#hide(at, end);
    else if (size - at <= RESYNC_BYTES && end < size) throw unreadable("video file", "it is damaged");
    return end;
  }

  /** Returns the number of frames of a laced block (RFC 9559, section 10.3); 0 for all others. */
  #lacedFrames(child: Element): number {
    if (child.id === ID.blockGroup && child.end !== null) {
      let frames = 0;
      for (let at = child.data; at < child.end; ) {
        const inner = this.#next(at);
        if (!inner || inner.end === null) break;
        if (inner.id === ID.block) frames += this.#lacedFrames(inner);
        at = inner.end;
      }
      return frames;
    }
    if (child.id !== ID.simpleBlock && child.id !== ID.block) return 0;
    const head = this.file.bytes(child.data, 12);
    const flags = Math.clz32(head[0] ?? 0) - 23 + 2;
    return ((head[flags] ?? 0) & 0x06) === 0 ? 0 : (head[flags + 1] ?? 0) + 1;
  }

  /** Returns the next position after unknown data: behind it if it is an element, else that of the next known one. */
  #skip(element: Element | null, at: number, end: number): number {
    if (element?.id === ID.void && element.end !== null && element.end <= end) return element.end;
    let link = element;
    for (let links = 0; link && link.end !== null && link.end <= end && links < MAX_UNKNOWN_IN_A_ROW; links++) {
      if (link.end === end) return element?.end ?? end;
      link = this.#next(link.end);
      if (link && isKnown(link.id)) return element?.end ?? end;
    }
    return this.#search(at + 1, end);
  }

  /** Searches the start of the next child of a segment, byte by byte; returns the end if there is none. */
  #search(from: number, end: number): number {
    const until = Math.min(end, from + MAX_JUNK_BYTES);
    for (let start = from; start < until; start += SEARCH_BYTES - 3) {
      const piece = this.file.read(start, Math.min(SEARCH_BYTES, until - start));
      let word = 0;
      for (let i = 0; i < piece.length; i++) {
        word = ((word << 8) | (piece[i] ?? 0)) >>> 0;
        if (i < 3 || !LEVEL_1.has(word)) continue;
        const found = elementAt(this.file, start + i - 3);
        if (found && (found.end === null ? found.id === ID.cluster : found.end <= end)) return found.at;
      }
    }
    return end;
  }

  #hide(from: number, to: number): void {
    if (to - from > 1) this.patches.push({ at: from, bytes: voidHeader(to - from) });
  }

  #next(at: number): Element | null {
    this.#elements += 1;
    if (this.#elements > MAX_ELEMENTS) throw tooMany("elements");
    return elementAt(this.file, at);
  }
}

const SEARCH_BYTES = 64 * 1024;

function isKnown(id: number): boolean {
  return LEVEL_1.has(id) || id === ID.void || id === ID.crc || id === ID.ebml || id === ID.segment;
}

function isTooLarge({ id, data, end }: Element): boolean {
  const size = end === null ? 0 : end - data;
  return (id === ID.cues && size > MAX_CUES_BYTES) || (id === ID.seekHead && size > MAX_SEEK_HEAD_BYTES);
}

function truncated(): Error {
  return unreadable("video file", "it is truncated or damaged");
}

function tooMany(what: string): Error {
  return unreadable("video file", `it has more ${what} than a film can have`);
}
