import { basename } from "node:path";
import { masksInMasks } from "../media/bombs.ts";
import { fixture } from "../media/fixtures.ts";
import { begunPost } from "../support/begun_post.ts";
import { childrenOf } from "../support/child_processes.ts";
import { readClient } from "../support/clients.ts";
import { allowDescriptors, descriptorsOf } from "../support/descriptors.ts";
import { HOSTILE_TEXTS } from "../support/hostile_texts.ts";
import { form } from "../support/imports.ts";
import { jobBody } from "../support/jobs.ts";
import { keys, newKey } from "../support/keys.ts";
import type { RestartableServer } from "./restartable_server.ts";
import type { Visitor } from "./visitor.ts";

/** An attacker with a valid key, at a server that may be killed at any moment. */
export interface Attacker {
  readonly place: RestartableServer;
  readonly visitor: Visitor;
  readonly headers: Readonly<Record<string, string>>;
  /** A whole number from 0 below the given one. */
  readonly random: (below: number) => number;
}

type Attack = (attacker: Attacker) => Promise<void>;

const OUTSIDE = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  xmlns:xi="http://www.w3.org/2001/XInclude" width="90" height="90"><image href="${"0".repeat(64)}" width="9" height="9"/>
  <image xlink:href="file:///etc/passwd" width="9" height="9"/><text><xi:include href="/etc/passwd" parse="text"/></text>
  </svg>`;
const ODD = [
  "sounds/silence_flac.ogg",
  "sounds/chained_opus.ogg",
  "ten_bit.mp4",
  "h264.mkv",
  "tone.mp3",
  "tone.wav",
  "vp8.webm",
  "h264_aac.mp4",
  "animated.gif",
  "opus.ogg",
  "pages.pdf",
];

/** Every kind of attack that the server has been hardened against, by name. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  "an SVG that refers to files": ({ visitor, random }) => upload(visitor, `${OUTSIDE}<!-- ${random(1e6)} -->`, "a.svg"),
  async "masks in masks"({ visitor, random }) {
    await upload(visitor, `${masksInMasks(20 + random(21))}<!-- ${random(1e6)} -->`, "masks.svg");
  },
  async "fat JSON"({ visitor, random }) {
    const bodies = [
      `[${"0,".repeat(500_000)}0]`,
      JSON.stringify({ name: Array.from({ length: 19_000 }, (_, index) => index) }),
      `{"name": ${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
      JSON.stringify({ name: HOSTILE_TEXTS["letters and a control character"]?.(900_000) }),
    ];
    await visitor.send("POST", "/clients", bodies[random(bodies.length)], { "content-type": "application/json" });
  },
  async "a bomb of restrictions"({ visitor, random }) {
    const quoted = HOSTILE_TEXTS["quoted words"]?.(600) ?? "";
    const restrictions = Array.from({ length: 100 }, (_, index) => `${index} ${quoted}`);
    const made = await visitor.send("POST", "/clients", { name: "Acme", brandGuidelines: { restrictions } });
    if (made.status !== 201) return;
    const clientId = readClient(made).id;
    await visitor.send("POST", random(2) === 0 ? "/jobs/dry-run" : "/jobs", jobBody({ clientId }));
  },
  async "an upload that never ends"({ place, headers, random }) {
    const { url } = await place.server();
    const boundary = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
    const length = { "Content-Type": "multipart/form-data; boundary=x", "Content-Length": "1000000" };
    using post = begunPost(url, "/assets", { headers: { ...headers, ...length }, start: boundary });
    for (let piece = random(20); piece > 0; piece--) {
      post.send("word ");
      await Bun.sleep(random(100));
    }
  },
  async "an odd file"({ place, visitor, random }) {
    const name = ODD[random(ODD.length)] ?? "";
    const path = `/odd/${random(1e9)}/${basename(name)}`;
    place.origin.put(path, odd(await Bun.file(fixture(name)).bytes(), random));
    await visitor.send("POST", "/assets/from-url", { name, type: "video", url: `${place.origin.url}${path}` });
  },
  async "a killed child process"({ place, random }) {
    const { pid } = await place.server();
    try {
      const children = childrenOf(pid);
      const child = children[random(children.length)];
      if (child !== undefined) process.kill(child, "SIGKILL");
    } catch {
      // It or the server has just ended.
    }
  },
  async "no descriptor left"({ place, visitor, random }) {
    const { pid } = await place.server();
    const before = descriptorsOf(pid);
    allowDescriptors(pid, 0);
    const reading = [visitor.get("/assets?limit=5"), visitor.get("/jobs?limit=5")];
    await Bun.sleep(random(500));
    // Unless it was killed meanwhile: its successor has a limit of its own.
    if (before !== null) allowDescriptors(pid, before);
    await Promise.all(reading);
  },
  async "a key that is revoked"({ place, random }) {
    const { id, headers } = await newKey(place.dataDir, "mallory");
    const server = await place.server();
    const upload = new Blob([new Uint8Array(1 + random(1e6))]).stream();
    const uploading = fetch(`${server.url}/api/v3/assets`, { method: "POST", headers, body: upload }).catch(() => {});
    const said = await keys(place.dataDir, "revoke", id);
    if (said.status !== 0) throw new Error(`a key could not be revoked: ${said.err}`);
    await uploading;
    for (let tries = 0; ; tries++) {
      const { status } = await (await place.server())
        .api("GET", "/me", undefined, headers)
        .catch(() => ({ status: 0 }));
      if (status === 401 || status === 429) return;
      if (tries > 1_000) throw new Error(`a revoked key still gets ${status}`);
      await Bun.sleep(20);
    }
  },
  async "a form of many fields"({ visitor, random }) {
    const body = `uploadType=url&name=a&${"tags=%F0%9&".repeat(random(80_000))}`;
    await visitor.send("POST", "/assets/unified", body, { "content-type": "application/x-www-form-urlencoded" });
  },
  async "a fat list"({ visitor, random }) {
    const body = { name: `fat ${random(1e6)}`, metadata: { note: "x".repeat(60_000) } };
    await visitor.send("POST", "/clients", body);
    await visitor.get("/clients?limit=1000");
    await visitor.get(`/assets?limit=1000&offset=${random(2_000)}`);
  },
  async "a stream from the beginning"({ place, headers, random }) {
    const { url } = await place.server();
    const gone = new AbortController();
    const opened = { headers: { ...headers, "last-event-id": "0" }, signal: gone.signal };
    try {
      const reader = (await fetch(`${url}/api/v3/events`, opened)).body?.getReader();
      for (let pieces = random(30); pieces > 0; pieces--) {
        const piece = await Promise.race([reader?.read(), Bun.sleep(200)]);
        if (piece === undefined || piece.done) break;
      }
    } catch {
      // The server was killed.
    } finally {
      gone.abort();
    }
  },
};

async function upload(visitor: Visitor, text: string, name: string): Promise<void> {
  await visitor.send("POST", "/assets", () => form(new File([text], name)));
}

/** A file as a careless or malicious tool leaves it. */
function odd(bytes: Uint8Array, random: (below: number) => number): Uint8Array<ArrayBuffer> {
  const at = random(bytes.length);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random(5)) {
    case 0: // zeros within
      return joined(head, new Uint8Array(1 + random(4_096)), tail);
    case 1: // cut off
      return joined(head);
    case 2: // junk first
      return joined(
        Uint8Array.from({ length: 1 + random(2_048) }, () => random(256)),
        bytes,
      );
    case 3: // sizes of a pipe
      return joined(bytes.subarray(0, 4), new Uint8Array(4).fill(0xff), bytes.subarray(8));
    default: {
      // Some bytes are others.
      const copy = joined(bytes);
      for (let left = 1 + random(20); left > 0; left--) copy[random(copy.length)] = random(256);
      return copy;
    }
  }
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
