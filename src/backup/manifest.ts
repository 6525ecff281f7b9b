import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { BLOB_STORAGE_TYPES } from "../blobs/mod.ts";
import { AppError } from "../core/errors.ts";
import { OneOf } from "../core/schema_kit.ts";

/** The description of a backup. It is written last, so a backup that has it is complete. */
export const Manifest = Type.Object({
  format: Type.Literal(1),
  /** RFC 3339 */
  madeAt: Type.String(),
  /** The last event and its hash, which covers all events before it. */
  head: Type.Object({ position: Type.Integer({ minimum: 0 }), hash: Type.String() }),
  blobStorage: OneOf(BLOB_STORAGE_TYPES),
  /** The number of contents. `bytes` is their total size. */
  contents: Type.Integer({ minimum: 0 }),
  bytes: Type.Integer({ minimum: 0 }),
});

export type Manifest = Static<typeof Manifest>;

const NAME = "backup.json";

/** Writes the manifest of a backup. */
export function writeManifest(directory: string, manifest: Manifest): void {
  writeFileSync(join(directory, NAME), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true, mode: 0o600 });
}

/**
 * Reads the manifest of a backup.
 *
 * @throws {AppError} `not_found` when the directory holds no complete backup
 */
export function readManifest(directory: string): Manifest {
  try {
    return Value.Parse(Manifest, JSON.parse(readFileSync(join(directory, NAME), "utf8")));
  } catch {
    throw new AppError("not_found", `Cannot restore ${directory}: it holds no complete backup (no valid ${NAME})`);
  }
}
