/**
 * The speech process: runs flite, apart from the server's event loop.
 *
 * @module
 */
import { Type } from "@sinclair/typebox";
import { defineHandler, serveCalls } from "../../processes/mod.ts";
import { alignTokens, readPhones } from "./align_tokens.ts";
import { runFlite } from "./run_flite.ts";

const Task = Type.Object({
  /** In ASCII, without blank lines. */
  tokens: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
  voice: Type.String(),
  speed: Type.Number(),
});

serveCalls({
  speak: defineHandler(Task, async ({ tokens, ...options }) => {
    const { wav, phones } = await runFlite(tokens.join(" "), options);
    // A blank line ends an utterance, so that each token is pronounced alone.
    const alone = await runFlite(tokens.map((token) => `${token}\n\n`).join(""), options);
    const names = readPhones(alone.phones).map((token) => token.map(({ name }) => name));
    const spans = names.length === tokens.length ? alignTokens(readPhones(phones).flat(), names) : null;
    return { wav: Buffer.from(wav).toString("base64"), spans };
  }),
});
