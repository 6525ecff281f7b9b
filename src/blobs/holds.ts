/**
 * Holds on contents, and a lock per content.
 *
 * A hold covers the time between a content's arrival and the append of the event that names it. Holds are taken, and
 * deletes decided, inside {@linkcode Holds.exclusive}. So when a delete finds no hold, every earlier write
 * has appended its event.
 */
export class Holds {
  readonly #held = new Map<string, number>();
  readonly #turns = new Map<string, Promise<unknown>>();

  /** Holds a content; the returned function ends the hold, once. */
  hold(sha256: string): () => void {
    this.#held.set(sha256, (this.#held.get(sha256) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (this.#held.get(sha256) ?? 1) - 1;
      if (left === 0) this.#held.delete(sha256);
      else this.#held.set(sha256, left);
    };
  }

  /** Returns true while the content is held. */
  isHeld(sha256: string): boolean {
    return this.#held.has(sha256);
  }

  /** Runs one task at a time per content, in the order of the calls. */
  async exclusive<T>(sha256: string, task: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(sha256) ?? Promise.resolve()).then(task);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(sha256, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(sha256) === settled) this.#turns.delete(sha256);
    }
  }
}
