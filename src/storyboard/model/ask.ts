/** One turn of a conversation with a model. */
export interface Turn {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** What came back. The tokens are 0 where the provider does not count them. */
export interface Answer {
  readonly text: string;
  /** `cut` when the model ran into its token limit, `declined` when it refused. */
  readonly end: "complete" | "cut" | "declined";
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Asks a model once, without retries of its own. Throws {@linkcode CallError} for what the provider did, and anything
 * for what the network did.
 */
export type Ask = (system: string, turns: readonly Turn[], options: { signal: AbortSignal }) => Promise<Answer>;

/** The provider answered with an error status, or with something that is no answer (`status` 200). */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly status: number;
  readonly retryAfter: string | null;

  /** The provider's own text is left out on purpose: it may repeat parts of the key. */
  constructor(status: number, retryAfter: string | null = null) {
    super(`the provider answered ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
