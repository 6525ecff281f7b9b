import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { canonicalAddress } from "./addresses.ts";
import { classifyError, type Stage } from "./classify_error.ts";
import type { DeadlineTimers } from "./deadlines.ts";
import type { ResolvedAddress } from "./resolve.ts";
import type { SourceErrorFactory } from "./source_error.ts";
import { refuseAddress, type Target } from "./target.ts";

/** A GET and its response, up to the headers. */
export interface Exchange {
  readonly response: IncomingMessage;
  /** Returns the error of the connection so far. A body that ends with the connection looks complete without it. */
  broken(): unknown;
  /** Closes the connection, read or unread. */
  close(): void;
}

/** Options of {@linkcode exchange}. */
export interface ExchangeOptions {
  /** Connects to these and no other. */
  readonly addresses: readonly ResolvedAddress[];
  readonly watch: DeadlineTimers;
  readonly sourceError: SourceErrorFactory;
  /** PEM of authorities to trust in place of the well-known ones. */
  readonly ca?: string | undefined;
}

const MAX_HEADER_BYTES = 16_384;
/** Interim responses (1xx) cost the sender nothing and this process an event each. */
const MAX_INTERIM_ANSWERS = 20;
/**
 * The time for each address, in milliseconds. Node's default of 250 ms, when there is another address, is too short for
 * a distant source.
 */
const ADDRESS_ATTEMPT_MS = 1000;

/**
 * Sends a GET on a connection of its own and waits for the headers of the final answer.
 *
 * `node:http` rather than `fetch`, which ignores `lookup`, obeys `HTTP_PROXY` and decodes compressed bodies.
 *
 * @throws {AppError} `source_unreachable`, `source_timeout`, `source_error`, `source_not_allowed`
 */
export async function exchange(target: Target, options: ExchangeOptions): Promise<Exchange> {
  const { watch, sourceError } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Exchange>();
  watch.signal.throwIfAborted();
  const request = open(target, options);
  const secure = target.url.protocol === "https:";
  let stage: Stage = "connecting";
  let broken: unknown;
  let interim = 0;

  const close = () => void request.destroy();
  const fail = (reason: unknown) => {
    watch.stop(reason);
    reject(watch.signal.reason);
  };
  watch.signal.addEventListener("abort", () => {
    close();
    reject(watch.signal.reason);
  });

  request.on("socket", (socket) => {
    socket.once(secure ? "secureConnect" : "connect", () => {
      stage = "answering";
      watch.enter("headers", sourceError);
    });
    socket.once("connect", () => {
      if (stage === "connecting") stage = "securing";
      // A second check: lookup has already returned only these.
      if (socket.remoteAddress === undefined) return fail(classifyError(new Error("gone"), { stage, sourceError }));
      const remote = canonicalAddress(socket.remoteAddress);
      const known = options.addresses.some(({ address }) => canonicalAddress(address) === remote);
      if (!known) fail(refuseAddress(sourceError));
    });
  });
  request.on("information", () => {
    interim += 1;
    if (interim > MAX_INTERIM_ANSWERS) fail(sourceError("source_error", "sends too many interim answers"));
  });
  // Without this listener a 101 goes unnoticed.
  request.on("upgrade", (_response, socket) => {
    socket.destroy();
    fail(sourceError("source_error", "answers with status 101"));
  });
  request.on("error", (error) => {
    broken ??= error;
    // Only the promise: after the headers, the reader of the body classifies the error.
    reject(watch.signal.aborted ? watch.signal.reason : classifyError(error, { stage, sourceError }));
  });
  request.on("response", (response) => {
    // The reader of the body gets the error as well; without a listener it would end the process.
    response.on("error", () => {});
    watch.rest();
    resolve({ response, close, broken: () => broken });
  });

  watch.enter("connect", sourceError);
  request.end();
  return promise;
}

function open(target: Target, { addresses, ca }: ExchangeOptions): ClientRequest {
  const { url, host, port } = target;
  const lookup: LookupFunction = (_host, { all }, answer) => {
    const [first] = addresses;
    if (all) answer(null, [...addresses]);
    else answer(first === undefined ? new Error("no address") : null, first?.address ?? "", first?.family);
  };
  const settings = {
    host,
    port,
    path: `${url.pathname}${url.search}`,
    headers: {
      Host: url.host,
      Accept: "*/*",
      "Accept-Encoding": "identity",
      "User-Agent": "Reelog",
      Connection: "close",
    },
    // The default agent would reuse a connection by host and port, without asking lookup.
    agent: false,
    lookup,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  } as const;
  const request =
    url.protocol === "http:"
      ? httpRequest(settings)
      : httpsRequest({
          ...settings,
          // Explicit, or NODE_TLS_REJECT_UNAUTHORIZED=0 would turn it off.
          rejectUnauthorized: true,
          // An address is no server name (RFC 6066, section 3).
          servername: isIP(host) === 0 ? host : "",
          ...(ca === undefined ? {} : { ca }),
        });
  // Zero is no limit but that of bytes: by default headers after the 1000th are dropped, Content-Encoding too.
  request.maxHeadersCount = 0;
  return request;
}
