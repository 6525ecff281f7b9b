import { Command, InvalidArgumentError } from "commander";
import { type CliContext, type JsonOption, showResult } from "./context.ts";
import { startOrigin } from "./demo/mod.ts";

/** Creates `reelog origin`, which serves the demo's media for the README's tour. */
export function originCommand(context: CliContext): Command {
  return new Command("origin")
    .description("serves the demo's media on the loopback address, as a CDN would, until interrupted")
    .option("--port <port>", "the port to listen on; 0 takes a free one", port, 8001)
    .action(async ({ port, json }: JsonOption & { readonly port: number }) => {
      await using origin = startOrigin({ port });
      showResult(context, {
        json,
        result: { url: origin.url, host: origin.host, files: origin.files },
        lines: [
          `Serving the demo's media at ${origin.url}: ${origin.files.join(", ")}`,
          `Start the server with ALLOWED_ASSET_DOMAINS='*,${origin.host}'`,
        ],
      });
      await new Promise<void>((interrupted) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted());
      });
    });
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError("It must be 0 to 65535.");
  return Number(text);
}
