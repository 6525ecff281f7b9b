import { type KeyCommand, keyDecider } from "../../src/access/decide.ts";
import { keyStream } from "../../src/access/events.ts";
import { AppError } from "../../src/core/errors.ts";
import { execute } from "../../src/event_log/mod.ts";
import type { History } from "./mod.ts";

/** Keys of two owners: issued and revoked in any order. */
export const accessHistory: History = async (log, random) => {
  function command(id: string): KeyCommand {
    if (random(3) === 0) return { do: "revoke" };
    const hash = new Bun.CryptoHasher("sha256").update(id).digest("hex");
    const expiresAt = random(2) === 0 ? null : "2026-12-01T00:00:00.000Z";
    const scope = (["read", "write", "admin"] as const)[random(3)] ?? "read";
    return { do: "issue", key: { hash, label: random(2) === 0 ? null : `label ${random(9)}`, scope, expiresAt } };
  }

  for (let step = 0; step < 400; step++) {
    const id = `${random(120)}`;
    const metadata = { owner: Number(id) % 2 ? "ann" : "bob", actor: "cli" };
    const at = { log, decider: keyDecider, stream: keyStream(id), id, metadata };
    await execute(command(id), at).catch((error: unknown) => {
      // A command that the rules refuse is part of life.
      if (!(error instanceof AppError)) throw error;
    });
  }
};
