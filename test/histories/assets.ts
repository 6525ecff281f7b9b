import { type AssetCommand, assetDecider } from "../../src/assets/decide.ts";
import { assetStream } from "../../src/assets/events.ts";
import { AppError } from "../../src/core/errors.ts";
import { execute } from "../../src/event_log/mod.ts";
import type { History } from "./mod.ts";

const KINDS = ["image", "video", "audio", "document"] as const;
const FACTS = { contentType: "image/webp", width: 64, height: 36, duration: null, pageCount: null };

/** Thirty assets of two owners that share contents: imported, failed, retried, renamed and deleted in any order. */
export const assetsHistory: History = async (log, random) => {
  const pick = <Item>(...items: readonly [Item, ...Item[]]): Item => items[random(items.length)] ?? items[0];
  const blob = () => {
    const content = random(8);
    const sha256 = new Bun.CryptoHasher("sha256").update(`content ${content}`).digest("hex");
    return { blobId: `blob-${content}`, sha256, sizeBytes: 1_000 + content };
  };
  const place = () => pick(null, "client-1", "client-2");
  const tags = () => ["red", "green", "blue", "red"].slice(random(4));

  function command(): AssetCommand {
    const kind = pick(...KINDS);
    switch (random(8)) {
      case 0:
      case 1: {
        const source = pick(
          { kind: "url" as const, url: "https://x.test/" },
          { kind: "upload" as const, filename: null },
        );
        const asset = {
          name: `asset ${random(9)}`,
          type: pick(null, kind),
          source,
          clientId: place(),
          campaignId: null,
        };
        const content = { ...blob(), sentContentType: null };
        return { do: "request", asset: { ...asset, tags: tags() }, blob: pick(undefined, content) };
      }
      case 2:
        return { do: "store blob", blob: { ...blob(), sentContentType: "image/png" } };
      case 3:
      case 4: {
        const thumbnail = pick(null, { ...blob(), contentType: "image/webp", width: 64, height: 36 });
        return { do: "describe", facts: { kind, format: "webp", ...FACTS }, thumbnail };
      }
      case 5:
        return pick<AssetCommand>({ do: "fail", code: "source_error", message: "Cannot" }, { do: "retry" });
      case 6:
        return { do: "update", changes: pick({ tags: tags() }, { clientId: place() }, { name: `name ${random(9)}` }) };
      default:
        return pick<AssetCommand>({ do: "delete" }, { do: "update", changes: { campaignId: place() } });
    }
  }

  for (let step = 0; step < 400; step++) {
    const id = `${random(30)}`;
    const metadata = { owner: pick("ann", "bob"), actor: "test", idempotency: { key: id, fingerprint: id } };
    const at = { log, decider: assetDecider, stream: assetStream(id), id, metadata };
    await execute(command(), at).catch((error: unknown) => {
      // A command that the rules refuse is part of life.
      if (!(error instanceof AppError)) throw error;
    });
  }
};
