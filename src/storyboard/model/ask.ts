/** The connection to a provider, or to a server that speaks its protocol. */
export interface ModelConnection {
  /** Null sends no `Authorization` header. */
  readonly apiKey: string | null;
  readonly model: string;
  /** The base URL: with `/v1` for OpenAI, without for Anthropic; else the vendor's API. */
  readonly baseUrl?: string;
}

/** One turn of a conversation with a model. */
export interface Turn {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** The answer of a model. Token counts are 0 when the provider does not report them. */
export interface Answer {
  readonly text: string;
  /** The end of the answer: `cut` at the model's token limit, `declined` when the model refused. */
  readonly end: "complete" | "cut" | "declined";
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Calls a model once, without retries. Throws {@linkcode CallError} for an error of the provider, and any error for a
 * failure of the network.
 */
export type Ask = (system: string, turns: readonly Turn[], options: { signal: AbortSignal }) => Promise<Answer>;

/** An error status of the provider, or a response that cannot be read (`status` 200). */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly status: number;
  readonly retryAfter: string | null;

  /** Leaves out the provider's own text, because it may repeat parts of the key. */
  constructor(status: number, retryAfter: string | null = null) {
    super(`the provider answered ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
