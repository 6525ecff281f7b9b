import { halfRate, tones } from "./tones.ts";

/** A request that the server received. */
export interface ReceivedLine {
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
  readonly speed: number;
}

/** An answer in place of the sound. */
export type Answer = (line: ReceivedLine) => Response | Promise<Response>;

/** A local server that speaks the protocols of both vendors; the first answers replace its own, one each. */
export function startSpeechServer({ hasCaptions = false, answers = [] as Answer[] } = {}) {
  const received: ReceivedLine[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const path = new URL(request.url).pathname;
      const body = JSON.parse(await request.text());
      const line = {
        path,
        headers: request.headers,
        text: String(body.input ?? body.text),
        speed: Number(body.speed ?? body.voice_settings?.speed),
      };
      const isCaptions = path === "/dev/captioned_speech";
      if (isCaptions && !hasCaptions) return new Response("Not Found", { status: 404 });
      received.push(line);
      const answer = answers.shift();
      if (answer) return await answer(line);
      const { wav, words, samples } = tones(line.text, line.speed);
      if (isCaptions) {
        const timestamps = words.map(({ text, start, end }) => ({ word: text, start_time: start, end_time: end }));
        return Response.json({ audio: Buffer.from(wav).toString("base64"), timestamps });
      }
      if (path === "/v1/audio/speech") return new Response(wav, { headers: { "Content-Type": "audio/wav" } });
      return Response.json({
        audio_base64: halfRate(samples).toString("base64"),
        alignment: alignmentOf(line.text, words),
      });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    received,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function alignmentOf(text: string, words: ReturnType<typeof tones>["words"]) {
  const characters = [...text];
  const starts: number[] = [];
  const ends: number[] = [];
  let [at, before] = [0, 0];
  const found = words.map((word) => {
    const from = text.indexOf(word.text, at);
    at = from + word.text.length;
    return { ...word, from, to: at };
  });
  let index = 0;
  for (const character of characters) {
    const word = found.find(({ from, to }) => index >= from && index < to);
    const start = word ? word.start : before;
    const end = word ? word.end : before;
    starts.push(start);
    ends.push(end);
    before = end;
    index += character.length;
  }
  return { characters, character_start_times_seconds: starts, character_end_times_seconds: ends };
}
