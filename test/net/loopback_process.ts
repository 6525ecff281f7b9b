/** The fetch process, but for a resolver of its own: every name is loopback, except for a few that are worse. */
import type { ResolvedAddress } from "../../src/net/mod.ts";
import { serveFetches } from "../../src/net/serve_fetches.ts";

const loopback = { address: "127.0.0.1", family: 4 };
const ANSWERS: Readonly<Record<string, () => Promise<readonly ResolvedAddress[]>>> = {
  "mixed.example": async () => [{ address: "8.8.8.8", family: 4 }, loopback],
  "metadata.example": async () => [{ address: "169.254.169.254", family: 4 }],
  "liar.example": async () => [{ address: "127.0.0.1", family: 6 }],
  "silent.example": () => new Promise(() => {}),
  "nobody.example": () => Promise.reject(new Error("getaddrinfo EAI_AGAIN 10.0.0.53")),
};

serveFetches({ resolve: async (host) => (await ANSWERS[host]?.()) ?? [loopback] });
