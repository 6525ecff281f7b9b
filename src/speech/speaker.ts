/** The sample rate of every spoken line, in Hz; that of the video's sound, so that the mix resamples nothing. */
export const SPEECH_RATE = 48_000;

/** The available voices, as `SPEECH_PROVIDER` names them. */
export const SPEECH_PROVIDERS = ["flite", "openai", "elevenlabs", "command"] as const;

/** One of {@linkcode SPEECH_PROVIDERS}. */
export type SpeechProvider = (typeof SPEECH_PROVIDERS)[number];

/** The speeds that a line can be spoken at; 1 is the voice's own. */
export const SPEED = { min: 0.8, max: 1.3 } as const;

/** The source of a word's times: measured in the sound, given by the vendor, or estimated from letters and pauses. */
export type WordTiming = "aligned" | "vendor" | "estimated";

/** A word of a line, as it is written, with its times in the sound. */
export interface SpokenWord {
  readonly text: string;
  /** Seconds. */
  readonly start: number;
  /** Seconds. */
  readonly end: number;
  readonly timing: WordTiming;
}

/** A line to speak. */
export interface Line {
  readonly text: string;
  /** Within {@linkcode SPEED}. */
  readonly speed: number;
  /** BCP 47; null when it is unknown. */
  readonly language: string | null;
  /** A voice of the provider; absent and null for the one of the settings. */
  readonly voice?: string | null;
}

/** A spoken line. */
export interface SpokenLine {
  /** One channel at {@linkcode SPEECH_RATE}, within ±1. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** Every word with a letter or a digit, in order, within the sound. */
  readonly words: readonly SpokenWord[];
  /** US dollars; null when the vendor does not say. */
  readonly cost: number | null;
}

/** The options of one call. */
export interface SpeakOptions {
  readonly signal: AbortSignal;
  /** The owner of the line, for fair scheduling. */
  readonly owner?: string | undefined;
}

/**
 * The port of speech. An adapter repeats a call only when it was certainly not charged for, so a lost answer is an
 * error.
 */
export interface Speaker {
  readonly provider: SpeechProvider;
  readonly model: string;
  /** The voice of the settings, for lines that name none. */
  readonly voice: string;
  /** All voices; null when only the provider can tell. */
  readonly voices: readonly string[] | null;
  /**
   * Speaks a line.
   *
   * @throws {AppError} `validation_failed` for a text that this voice cannot speak; `source_error`,
   * `source_unreachable` or `source_timeout` for a failure of the vendor or program; `unavailable` for a shortage
   * @throws the signal's reason when it is cancelled
   */
  speak(line: Line, options: SpeakOptions): Promise<SpokenLine>;
  /** Ends the processes of the voice; lines in progress reject. */
  close(): Promise<void>;
}
