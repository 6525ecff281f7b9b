import {
  grants,
  hours,
  httpUrl,
  integer,
  mebibytes,
  mebibytesOrNone,
  networks,
  oneOf,
  origins,
  path,
  seconds,
  secrets,
  text,
} from "./env_parsers.ts";
import { checkSpeechSettings, SPEECH_PROVIDERS } from "./speech/mod.ts";

/** A setting and its environment variable. */
interface Setting<Value> {
  readonly variable: string;
  /** The description in the README. */
  readonly meaning: string;
  /** The default in the syntax of the environment; null without one. */
  readonly fallback: string | null;
  /** @throws {Error} a predicate such as `is not a number` */
  readonly parse: (text: string) => Value;
}

/** Defines a setting of one variable with a default. */
function setting<Value>(variable: string, fallback: string, of: { parse: (text: string) => Value; meaning: string }) {
  return { variable, fallback, ...of } satisfies Setting<Value>;
}

/** Defines a setting that may be absent. */
function optional<Value>(variable: string, of: { parse: (text: string) => Value; meaning: string }) {
  const parse = (text: string): Value | null => (text === "" ? null : of.parse(text));
  return { variable, fallback: null, meaning: of.meaning, parse } satisfies Setting<Value | null>;
}

/**
 * All settings: the environment variable, its default and its meaning. A test compares the README's table with this
 * one.
 */
export const SETTINGS = {
  host: setting("HOST", "127.0.0.1", {
    parse: text,
    meaning: "The address to listen on; with no API key issued only a loopback address is accepted.",
  }),
  port: setting("PORT", "8000", { parse: integer(0, 65_535), meaning: "The port to listen on; 0 takes a free one." }),
  dataDir: setting("DATA_DIR", "./data", { parse: path, meaning: "Where the log, the read tables and the blobs are." }),
  publicUrl: optional("PUBLIC_URL", {
    parse: httpUrl,
    meaning: "Prefix of absolute URLs, e.g. https://ads.example; never derived from request headers.",
  }),
  allowedOrigins: setting("ALLOWED_ORIGINS", "", {
    parse: origins,
    meaning: "Comma-separated origins whose pages may call the API (CORS).",
  }),
  trustedProxies: setting("TRUSTED_PROXIES", "", {
    parse: networks,
    meaning:
      "Comma-separated addresses and networks of reverse proxies, e.g. `127.0.0.1, 10.0.0.0/8`: their `X-Forwarded-For` is the client's address.",
  }),
  allowedAssetDomains: setting("ALLOWED_ASSET_DOMAINS", "*", {
    parse: grants,
    meaning:
      "Where assets may come from: `*` (every public host), `host`, `host:port`, `*.host`, comma-separated. A named host may have a private address, so `*.host` opens your network to whoever controls its DNS.",
  }),
  maxAssetBytes: setting("MAX_ASSET_DOWNLOAD_SIZE_MB", "100", {
    parse: mebibytes,
    meaning: "The largest asset, downloaded or uploaded, in MiB.",
  }),
  downloadTimeoutMs: setting("ASSET_DOWNLOAD_TIMEOUT_SECONDS", "60", {
    parse: seconds,
    meaning: "The time that one download may take in all, in seconds.",
  }),
  downloadConcurrency: setting("ASSET_DOWNLOAD_CONCURRENCY", "8", {
    parse: integer(1, 256),
    meaning: "How many assets are imported at once.",
  }),
  blobStorage: setting("BLOB_STORAGE_TYPE", "fs", {
    parse: oneOf("fs", "sqlite"),
    meaning: "Where the bytes are kept: `fs` (files under DATA_DIR/blobs) or `sqlite` (DATA_DIR/blobs.db).",
  }),
  trashMs: setting("TRASH_HOURS", "24", {
    parse: hours,
    meaning: "How long deleted bytes stay in the trash before they leave the disk; 0 is until the next hourly sweep.",
  }),
  trashBytes: setting("TRASH_MB", "10240", {
    parse: mebibytesOrNone,
    meaning: "The most that the trash may take, in MiB; beyond it the oldest leaves early, and 0 is no limit.",
  }),
  aiProvider: setting("AI_PROVIDER", "template", {
    parse: oneOf("template", "openai", "anthropic"),
    meaning: "Who plans storyboards: `template` (offline), `openai` (any compatible server) or `anthropic`.",
  }),
  aiApiKey: optional("AI_API_KEY", {
    parse: text,
    meaning: "The key for the model's API; a server of your own at AI_BASE_URL may need none.",
  }),
  aiModel: optional("AI_MODEL", { parse: text, meaning: "The model; each provider has a default." }),
  aiBaseUrl: optional("AI_BASE_URL", {
    parse: httpUrl,
    meaning: "The API's address, with /v1 for OpenAI and without for Anthropic; else the vendor's.",
  }),
  speechProvider: setting("SPEECH_PROVIDER", "flite", {
    parse: oneOf(...SPEECH_PROVIDERS),
    meaning:
      "Who speaks: `flite` (offline, English), `openai` (any server with `/audio/speech`), `elevenlabs` or `command` (a program of yours).",
  }),
  speechApiKey: optional("SPEECH_API_KEY", { parse: text, meaning: "The key for the voice's API." }),
  speechBaseUrl: optional("SPEECH_BASE_URL", {
    parse: httpUrl,
    meaning: "The API's address, with /v1 for `openai` and without for `elevenlabs`.",
  }),
  speechModel: optional("SPEECH_MODEL", {
    parse: text,
    meaning:
      "The model; for `command` the program and its arguments, with `{voice}`, `{speed}` and `{wpm}`: it reads text and writes a WAV.",
  }),
  speechVoice: optional("SPEECH_VOICE", { parse: text, meaning: "The name of the voice; `slt` for flite." }),
  scenesMin: setting("SCENES_PER_VIDEO_MIN", "3", { parse: integer(1, 20), meaning: "The fewest scenes of a video." }),
  scenesMax: setting("SCENES_PER_VIDEO_MAX", "7", { parse: integer(1, 20), meaning: "The most scenes of a video." }),
  signingSecrets: optional("SIGNING_SECRET", {
    parse: secrets,
    meaning:
      "What signs URLs, of 32 characters or more; comma-separated, the first signs and all verify. Else DATA_DIR/signing_secret, made at the first start.",
  }),
  requestsPerSecond: setting("RATE_LIMIT_RPS", "200", {
    parse: integer(0, 1_000_000),
    meaning:
      "Small requests per second and owner, twice as many at once; a costly one counts as several; only with keys, and 0 is no limit.",
  }),
  authFailuresPerMinute: setting("AUTH_FAILURES_PER_MINUTE", "60", {
    parse: integer(0, 1_000_000),
    meaning: "Requests without a valid key or signature per minute and address; only with keys, and 0 is no limit.",
  }),
  importsPerOwner: setting("IMPORTS_PER_OWNER", "6", {
    parse: integer(0, 256),
    meaning: "Imports of one owner that run at once; only with keys, and 0 is no limit.",
  }),
  pendingImportsPerOwner: setting("PENDING_IMPORTS_PER_OWNER", "2000", {
    parse: integer(0, 1_000_000),
    meaning: "Imports of one owner that may be unfinished; only with keys, and 0 is no limit.",
  }),
  storedBytesPerOwner: setting("STORED_MB_PER_OWNER", "102400", {
    parse: mebibytesOrNone,
    meaning:
      "Assets, videos and history of one owner in all, in MiB, without thumbnails; only with keys, and 0 is no limit.",
  }),
  jobsPerOwner: setting("JOBS_PER_OWNER", "200", {
    parse: integer(0, 1_000_000),
    meaning: "Jobs of one owner that may be imported, planned or rendered; only with keys, and 0 is no limit.",
  }),
  streamsPerOwner: setting("STREAMS_PER_OWNER", "100", {
    parse: integer(0, 1_000_000),
    meaning: "Streams of events of one owner that may be open; only with keys, and 0 is no limit.",
  }),
  logLevel: setting("LOG_LEVEL", "info", {
    parse: oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
    meaning: "How much is logged on the standard output: readable lines on a terminal, else JSON lines.",
  }),
} as const;

/** The variables with secret values. */
export const SECRET_VARIABLES: readonly string[] = [
  SETTINGS.aiApiKey.variable,
  SETTINGS.speechApiKey.variable,
  SETTINGS.signingSecrets.variable,
];

/** The names of all variables that are read. */
export const VARIABLES: readonly string[] = Object.values(SETTINGS).map(({ variable }) => variable);

type Settings = typeof SETTINGS;

/** All settings, checked. */
export type Config = { readonly [Key in keyof Settings]: ReturnType<Settings[Key]["parse"]> };

/**
 * Reads the environment.
 *
 * @throws {Error} one sentence that names the variable that is wrong
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  function read<Value>({ variable, fallback, parse }: Setting<Value>): Value {
    const value = env[variable]?.trim();
    try {
      return parse(value === undefined || value === "" ? (fallback ?? "") : value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot start: ${variable} ${why}`);
    }
  }
  const config: Config = {
    host: read(SETTINGS.host),
    port: read(SETTINGS.port),
    dataDir: read(SETTINGS.dataDir),
    publicUrl: read(SETTINGS.publicUrl),
    allowedOrigins: read(SETTINGS.allowedOrigins),
    trustedProxies: read(SETTINGS.trustedProxies),
    allowedAssetDomains: read(SETTINGS.allowedAssetDomains),
    maxAssetBytes: read(SETTINGS.maxAssetBytes),
    downloadTimeoutMs: read(SETTINGS.downloadTimeoutMs),
    downloadConcurrency: read(SETTINGS.downloadConcurrency),
    blobStorage: read(SETTINGS.blobStorage),
    trashMs: read(SETTINGS.trashMs),
    trashBytes: read(SETTINGS.trashBytes),
    aiProvider: read(SETTINGS.aiProvider),
    aiApiKey: read(SETTINGS.aiApiKey),
    aiModel: read(SETTINGS.aiModel),
    aiBaseUrl: read(SETTINGS.aiBaseUrl),
    scenesMin: read(SETTINGS.scenesMin),
    scenesMax: read(SETTINGS.scenesMax),
    signingSecrets: read(SETTINGS.signingSecrets),
    requestsPerSecond: read(SETTINGS.requestsPerSecond),
    authFailuresPerMinute: read(SETTINGS.authFailuresPerMinute),
    importsPerOwner: read(SETTINGS.importsPerOwner),
    pendingImportsPerOwner: read(SETTINGS.pendingImportsPerOwner),
    storedBytesPerOwner: read(SETTINGS.storedBytesPerOwner),
    jobsPerOwner: read(SETTINGS.jobsPerOwner),
    streamsPerOwner: read(SETTINGS.streamsPerOwner),
    logLevel: read(SETTINGS.logLevel),
    speechProvider: read(SETTINGS.speechProvider),
    speechApiKey: read(SETTINGS.speechApiKey),
    speechBaseUrl: read(SETTINGS.speechBaseUrl),
    speechModel: read(SETTINGS.speechModel),
    speechVoice: read(SETTINGS.speechVoice),
  };
  if (config.scenesMin > config.scenesMax) {
    throw new Error("Cannot start: SCENES_PER_VIDEO_MIN is greater than SCENES_PER_VIDEO_MAX");
  }
  if (config.aiProvider !== "template" && config.aiApiKey === null && config.aiBaseUrl === null) {
    throw new Error(
      `Cannot start: AI_PROVIDER=${config.aiProvider} needs AI_API_KEY, or AI_BASE_URL for a server that takes no key`,
    );
  }
  checkSpeechSettings(config);
  return config;
}
