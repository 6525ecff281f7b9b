import { describe, expect, test } from "bun:test";
import { createElevenLabsSpeaker } from "../../src/speech/elevenlabs/elevenlabs_speaker.ts";
import type { Speaker } from "../../src/speech/mod.ts";
import { createOpenAISpeaker } from "../../src/speech/openai/openai_speaker.ts";
import { type Answer, startSpeechServer } from "./speech_server.ts";
import { tones } from "./tones.ts";

const LINE = { text: "Light for three nights.", speed: 1, language: null };
/** Long enough for any answer that comes; a test that waits for the limit sets its own. */
const LIMITS = { callTimeoutMs: 600_000, pauseMs: 1 };
const KEY = "sk-secret-of-the-operator";

const VENDORS = [
  [
    "openai",
    (url: string, limits = LIMITS) =>
      createOpenAISpeaker({ baseUrl: `${url}/v1`, apiKey: KEY, model: "m", voice: "v", limits }),
  ],
  [
    "elevenlabs",
    (url: string, limits = LIMITS) => createElevenLabsSpeaker({ baseUrl: url, apiKey: KEY, voice: "v", limits }),
  ],
] as const;

function speak(speaker: Speaker, signal = new AbortController().signal): Promise<unknown> {
  return speaker.speak(LINE, { signal }).catch((error: unknown) => error);
}

/** A body of zeros without an end. */
function endless(): Response {
  const piece = new Uint8Array(1024 ** 2);
  return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(piece) }));
}

/** Answers that are repeated before they are an error, because they are not charged for. */
const REPEATED: readonly (readonly [name: string, status: number, code: string])[] = [
  ["429", 429, "unavailable"],
  ["500", 500, "source_error"],
  ["503", 503, "source_error"],
];

/** Answers that are an error at once. */
const FINAL: readonly (readonly [name: string, answer: Answer, says: RegExp])[] = [
  ["400", () => new Response("bad", { status: 400 }), /refused the request \(400\)/],
  ["401", () => new Response("no", { status: 401 }), /SPEECH_API_KEY/],
  ["404", () => new Response("none", { status: 404 }), /404/],
  ["a redirect", () => Response.redirect("http://127.0.0.1:9/"), /answered 302/],
  [
    "HTML",
    () => new Response("<html>Hello</html>", { headers: { "Content-Type": "text/html" } }),
    /not (a WAV|.* JSON)/,
  ],
  ["nothing", () => new Response(null, { status: 200 }), /not (a WAV|.* JSON)/],
  ["JSON of something else", () => Response.json({ hello: 1 }), /not a WAV|no sound/],
  ["an endless body", endless, /larger than any spoken line/],
];

describe.each(VENDORS)("speaker %s", (_name, create) => {
  test.each(REPEATED)("speak: %s is tried three times and reported without the key", async (_status, status, code) => {
    const answers = Array.from({ length: 3 }, (): Answer => () => new Response(`not ${KEY}`, { status }));
    await using server = startSpeechServer({ answers });
    const error = await speak(create(server.url));
    expect(error).toMatchObject({ code, message: expect.stringContaining(`${status}`) });
    expect(String(error)).not.toContain(KEY);
    expect(server.received).toHaveLength(3);
  });

  test("speak: 429 with Retry-After is waited for, and the next answer counts", async () => {
    const answers: Answer[] = [() => new Response(null, { status: 429, headers: { "Retry-After": "1" } })];
    await using server = startSpeechServer({ answers });
    const before = performance.now();
    expect(await speak(create(server.url))).toMatchObject({ words: expect.any(Array) });
    expect(performance.now() - before).toBeGreaterThanOrEqual(990);
    expect(server.received).toHaveLength(2);
  });

  test.each(FINAL)("speak: %s is an error at once, and is paid once", async (_name_, answer, says) => {
    await using server = startSpeechServer({ answers: [answer] });
    const error = await speak(create(server.url));
    expect(error).toMatchObject({ code: "source_error", message: expect.stringMatching(says) });
    expect(server.received).toHaveLength(1);
  });

  test("speak: a server that hangs is a time-out, and is paid once", async () => {
    await using server = startSpeechServer({ answers: [() => new Promise<Response>(() => {})] });
    const error = await speak(create(server.url, { callTimeoutMs: 200, pauseMs: 1 }));
    expect(error).toMatchObject({ code: "source_timeout" });
    expect(server.received.length).toBeLessThanOrEqual(1);
  });

  test("speak: a cancelled call ends with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("cancelled");
    const hang: Answer = () => {
      controller.abort(reason);
      return new Promise<Response>(() => {});
    };
    await using server = startSpeechServer({ answers: [hang] });
    expect(await speak(create(server.url), controller.signal)).toBe(reason);
  });

  test("speak: a server that is not there is unreachable", async () => {
    const server = startSpeechServer();
    await server[Symbol.asyncDispose]();
    expect(await speak(create(server.url))).toMatchObject({ code: "source_unreachable" });
  });

  test("speak: an answer that is lost on its way is an error, and is paid once", async () => {
    let calls = 0;
    const listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data(socket) {
          calls++;
          socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\nRIFF");
          socket.end();
        },
      },
    });
    const error = await speak(create(`http://127.0.0.1:${listener.port}`));
    listener.stop(true);
    expect(error).toMatchObject({ code: "source_error", message: expect.stringContaining("ended early") });
    expect(calls).toBe(1);
  });
});

test("speaker openai: half a WAV is an error", async () => {
  const half: Answer = ({ text }) => new Response(tones(text).wav.slice(0, 5_000));
  await using server = startSpeechServer({ answers: [half] });
  const speaker = createOpenAISpeaker({
    baseUrl: `${server.url}/v1`,
    apiKey: null,
    model: "m",
    voice: "v",
    limits: LIMITS,
  });
  expect(await speak(speaker)).toMatchObject({ code: "source_error", message: expect.stringContaining("cut off") });
});

test("speaker openai: with captions the times are the vendor's", async () => {
  await using server = startSpeechServer({ hasCaptions: true });
  const speaker = createOpenAISpeaker({ baseUrl: `${server.url}/v1`, apiKey: KEY, model: "m", voice: "v" });
  const { words } = await speaker.speak(LINE, { signal: new AbortController().signal });
  const expected = tones(LINE.text).words.map(({ text, start }) => ({ text, start: Math.round(start * 1000) / 1000 }));
  expect(words).toEqual(expected.map((word) => expect.objectContaining({ ...word, timing: "vendor" })));
  expect(server.received.map(({ path }) => path)).toEqual(["/dev/captioned_speech"]);
  expect(server.received[0]?.headers.get("authorization")).toBe(`Bearer ${KEY}`);
});

test("speaker openai: without captions the times are estimated", async () => {
  await using server = startSpeechServer();
  const speaker = createOpenAISpeaker({ baseUrl: `${server.url}/v1`, apiKey: null, model: "m", voice: "v" });
  const { words } = await speaker.speak(LINE, { signal: new AbortController().signal });
  expect(words.map(({ timing }) => timing)).toEqual(words.map(() => "estimated"));
  expect(server.received.map(({ path }) => path)).toEqual(["/v1/audio/speech"]);
  expect(server.received[0]?.headers.has("authorization")).toBe(false);
});

test("speaker elevenlabs: times of another text than the line's are not used", async () => {
  const answer: Answer = () =>
    Response.json({
      audio_base64: Buffer.alloc(48_000).fill(40).toString("base64"),
      alignment: { characters: ["x"], character_start_times_seconds: [0], character_end_times_seconds: [1] },
    });
  await using server = startSpeechServer({ answers: [answer] });
  const speaker = createElevenLabsSpeaker({ baseUrl: server.url, apiKey: KEY, voice: "v" });
  const { words } = await speaker.speak(LINE, { signal: new AbortController().signal });
  expect(words.map(({ timing }) => timing)).toEqual(words.map(() => "estimated"));
  expect(server.received[0]?.headers.get("xi-api-key")).toBe(KEY);
});
