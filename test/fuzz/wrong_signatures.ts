import fc from "fast-check";
import { nastyString } from "./nasty.ts";
import { another, targetOf } from "./signed_links.ts";
import { escaped, type WrongTarget } from "./wrong_target.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Signatures that are not the one of the link. */
export function otherSignature(): fc.Arbitrary<WrongTarget> {
  const flipped = fc.nat(255).map((bit) => {
    return signed(`bit ${bit} of the signature flipped`, (signature) => {
      const bytes = Buffer.from(signature, "base64url");
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return bytes.toString("base64url");
    });
  });
  // The last character stands for four bits only: two others that decode to the same bytes are not the same signature.
  const replaced = fc.tuple(fc.oneof(fc.nat(42), fc.constant(42)), fc.integer({ min: 1, max: 63 })).map(([at, by]) => {
    return signed(`character ${at} of the signature replaced`, (signature) => {
      const other = ALPHABET[(ALPHABET.indexOf(signature.charAt(at)) + by) % 64] ?? "";
      return signature.slice(0, at) + other + signature.slice(at + 1);
    });
  });
  const cut = fc.nat(42).map((length) => signed(`signature cut to ${length}`, (text) => text.slice(0, length)));
  const respelled = fc.constantFrom(...RESPELLINGS).map(([name, change]) => signed(name, change));
  const foreign = nastyString().map((text) => signed("a text for a signature", () => escaped(text)));
  return fc.oneof(flipped, replaced, cut, respelled, foreign);
}

const RESPELLINGS: readonly (readonly [string, (signature: string) => string])[] = [
  ["padded", (text) => `${text}=`],
  ["padded and escaped", (text) => `${text}%3D`],
  ["padded twice", (text) => `${text}==`],
  ["in hexadecimal", (text) => Buffer.from(text, "base64url").toString("hex")],
  ["in base64 with its padding", (text) => encodeURIComponent(Buffer.from(text, "base64url").toString("base64"))],
  ["doubled", (text) => text + text],
  ["backwards", (text) => `.${[...text].reverse().join("")}`],
  ["after a blank", (text) => `%20${text}`],
  ["before a blank", (text) => `${text}+`],
  ["before a NUL", (text) => `${text}%00`],
  ["before a line end", (text) => `${text}%0A`],
  ["before what ends a query", (text) => `${text}%26x=1`],
  ["as bytes of its text", (text) => Buffer.from(text).toString("base64url")],
  ["of zeros", () => "A".repeat(43)],
  ["of none", () => ""],
  ["very long", (text) => text.repeat(150)],
];

/** The signature of another link, with the path and the time of this one. */
export function anothersSignature(index: number): WrongTarget {
  return {
    name: "the signature of another",
    target: (link, all) => targetOf({ ...link, signature: another(link, all, index).signature }),
  };
}

function signed(name: string, change: (signature: string) => string): WrongTarget {
  return {
    name: `a signature ${name}`,
    target: (link) => targetOf({ ...link, signature: change(link.signature) }),
  };
}
