import type { Piece, PieceLoop } from "./piece_loop.ts";

/** Seconds of the blend from a sound's end to its start: too short to be heard, long enough not to click. */
const BLEND = 0.01;

/** The options of {@linkcode endless}. */
export interface EndlessOptions {
  /** The first piece of the loop, already taken from it. */
  readonly first: Piece;
  /** Called once if the sound cannot be decoded further; it then fades to silence. */
  readonly onBroken: () => void;
}

/**
 * Yields the pieces of a looping sound, each pass blended into the next. It ends only if the
 * sound is damaged or a whole pass is empty.
 */
export async function* endless(
  loop: PieceLoop,
  { first, onBroken }: EndlessOptions,
): AsyncGenerator<Piece, void, unknown> {
  let held: Piece | null = first;
  let [broken, isOver] = [false, false];
  const next = async (): Promise<Piece | null> => {
    if (broken) return null;
    return await loop.next().catch(() => {
      broken = true;
      onBroken();
      return null;
    });
  };
  while (held) {
    // Held back until it is clear whether the sound ends here.
    const blend: number = Math.round(BLEND * held.rate);
    const more = isOver ? null : await next();
    isOver = false;
    if (more) {
      const sound: Piece = joined(held, more);
      const ready = Math.max(0, sound.left.length - blend);
      if (ready > 0) yield cut(sound, 0, ready);
      held = cut(sound, ready);
      continue;
    }
    let start: Piece | null = broken ? silence(held) : await next();
    while (!broken && start && start.left.length < 2 * blend) {
      const following = await next();
      isOver = following === null;
      if (!following) break;
      start = joined(start, following);
    }
    if (broken) start = silence(held);
    if (!start) return;
    const length = Math.min(blend, held.left.length, Math.ceil(start.left.length / (broken ? 1 : 2)));
    const before = held.left.length - length;
    if (before > 0) yield cut(held, 0, before);
    yield blended(cut(held, before), cut(start, 0, length));
    if (broken) return;
    held = cut(start, length);
  }
}

/**
 * Crossfades two pieces of the same length, with gains that add up to one, so the result is never louder than either.
 */
function blended(from: Piece, to: Piece): Piece {
  const mix = (a: Float32Array, b: Float32Array): Float32Array =>
    a.map((value, index) => {
      const share = (1 - Math.cos((Math.PI * (index + 1)) / (a.length + 1))) / 2;
      return value + ((b[index] ?? 0) - value) * share;
    });
  return { rate: from.rate, left: mix(from.left, to.left), right: mix(from.right, to.right) };
}

function cut({ rate, left, right }: Piece, from: number, to?: number): Piece {
  return { rate, left: left.slice(from, to), right: right.slice(from, to) };
}

function joined(a: Piece, b: Piece): Piece {
  const join = (first: Float32Array, second: Float32Array): Float32Array => {
    const both = new Float32Array(first.length + second.length);
    both.set(first);
    both.set(second, first.length);
    return both;
  };
  return { rate: a.rate, left: join(a.left, b.left), right: join(a.right, b.right) };
}

function silence({ rate, left }: Piece): Piece {
  return { rate, left: new Float32Array(left.length), right: new Float32Array(left.length) };
}
