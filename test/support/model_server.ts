import { modelAnswer, PROTOCOLS, type Reply, startProvider } from "../storyboard/provider.ts";
import { type MediaOrigin, startOrigin } from "./origin.ts";
import { startTestServer, type TestServer } from "./test_server.ts";

/** A provider whose protocol is spoken. */
export type ProtocolName = keyof typeof PROTOCOLS;

/** A server that plans by a local model server, with an origin of media. */
export interface ModelSetting extends AsyncDisposable {
  readonly server: TestServer;
  readonly origin: MediaOrigin;
  readonly provider: ReturnType<typeof startProvider>;
}

/** The environment of a server that plans by a model server at `url`. */
export function modelEnv(name: ProtocolName, url: string): Record<string, string> {
  return {
    AI_PROVIDER: name,
    AI_API_KEY: "sk-test-0123456789",
    AI_MODEL: name === "openai" ? "gpt-5-mini" : "claude-haiku-4-5",
    AI_BASE_URL: PROTOCOLS[name].base(url),
  };
}

/** Starts all three; the provider gives the replies in turn, the last one again and again. */
export async function startModelSetting(name: ProtocolName, ...replies: Reply[]): Promise<ModelSetting> {
  const provider = startProvider(...replies);
  const origin = await startOrigin();
  const server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant, ...modelEnv(name, provider.url) });
  return {
    server,
    origin,
    provider,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
}

/** A reply that never comes; tells when it was asked for, and when the asker hung up. */
export function hanging() {
  const asked = Promise.withResolvers<void>();
  const hungUp = Promise.withResolvers<void>();
  const reply: Reply = (request) => {
    asked.resolve();
    request.signal.addEventListener("abort", () => hungUp.resolve());
    return new Promise(() => {});
  };
  return { reply, asked: asked.promise, hungUp: hungUp.promise };
}

/** A reply that comes when it is released. */
export function held(name: ProtocolName, text = modelAnswer(3)) {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const reply: Reply = async () => {
    asked.resolve();
    await released.promise;
    return PROTOCOLS[name].answer(text);
  };
  return { reply, asked: asked.promise, release: () => released.resolve() };
}

/** Replies that come one by one, in the order in which they were asked for, as they are let through. */
export function turnstile(name: ProtocolName, text = modelAnswer(3)) {
  const waiting: (() => void)[] = [];
  const reply: Reply = async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    await promise;
    return PROTOCOLS[name].answer(text);
  };
  return { reply, waiting: () => waiting.length, letThrough: () => waiting.shift()?.() };
}
