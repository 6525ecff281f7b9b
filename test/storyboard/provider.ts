import type { SceneDraft } from "../../src/storyboard/mod.ts";

/** The requests that a provider received. */
export interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** One answer of the provider: a whole response, or a function that may take its time. */
export type Reply = Response | ((request: Request) => Response | Promise<Response>);

/** A local server that speaks a provider's protocol: it gives the replies in turn, the last one again and again. */
export function startProvider(...replies: Reply[]) {
  const received: Received[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    async fetch(request) {
      const text = await request.text();
      received.push({ path: new URL(request.url).pathname, headers: request.headers, body: JSON.parse(text), text });
      const reply = replies[Math.min(received.length, replies.length) - 1] ?? new Response(null, { status: 500 });
      return typeof reply === "function" ? await reply(request) : reply.clone();
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    received,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** A scene as a good model answers it. */
export function modelScene(more: Partial<SceneDraft> = {}): SceneDraft {
  return {
    duration: 7.5,
    description: "A bottle.",
    script: "Drink.",
    shotType: "close_up",
    transition: "cut",
    ...more,
  };
}

/** A storyboard as a good model answers it. */
export function modelAnswer(count = 4): string {
  return JSON.stringify({
    scenes: Array.from({ length: count }, (_, at) => modelScene({ script: `Line ${at + 1}.` })),
  });
}

/** Both providers' protocols, for tests that hold for each. */
export const PROTOCOLS = {
  openai: {
    base: (url: string) => `${url}/v1`,
    path: "/v1/chat/completions",
    answer: (text: string) => completion({ content: text }, "stop"),
    declined: () => completion({ content: null, refusal: "I cannot help with that." }, "stop"),
    cut: () => completion({ content: '{"scenes": [{"dura' }, "length"),
  },
  anthropic: {
    base: (url: string) => url,
    path: "/v1/messages",
    answer: (text: string) => message(text, "end_turn"),
    declined: () => message("", "refusal"),
    cut: () => message('{"scenes": [{"dura', "max_tokens"),
  },
} as const;

function completion(content: Record<string, unknown>, finish_reason: string): Response {
  return Response.json({
    id: "chatcmpl-1",
    object: "chat.completion",
    model: "test",
    choices: [{ index: 0, finish_reason, message: { role: "assistant", refusal: null, ...content } }],
    usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 },
  });
}

function message(text: string, stop_reason: string): Response {
  return Response.json({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "test",
    stop_reason,
    content: text === "" ? [] : [{ type: "text", text }],
    usage: { input_tokens: 1000, output_tokens: 500 },
  });
}
