import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import pino from "pino";
import { loadConfig } from "../../config.ts";
import { startServer } from "../../server/server.ts";
import { type CliContext, type JsonOption, line, showResult } from "../context.ts";
import { createApi } from "./api.ts";
import { startOrigin } from "./origin.ts";
import { importAssets, makeVideo } from "./story.ts";

export { startOrigin } from "./origin.ts";

interface DemoOptions extends JsonOption {
  readonly stay?: true;
  readonly out: string;
}

/** Creates `reelog demo`, which starts a server and an origin and goes from import to video. */
export function demoCommand(context: CliContext): Command {
  return new Command("demo")
    .description("starts a server and an origin of its own, imports real media, plans a storyboard and renders it")
    .option("--stay", "keep the server running afterwards, to watch the video and look around")
    .option("--out <file>", "where to save the video", "reelog-demo.mp4")
    .action(async ({ stay, out, json }: DemoOptions) => {
      // With --json the story goes where progress goes.
      const output = json ? context.stderr : context.stdout;
      const dataDir = mkdtempSync(join(tmpdir(), "reelog-demo-"));
      await using stack = new AsyncDisposableStack();
      stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
      const origin = stack.use(startOrigin());
      const config = loadConfig({ DATA_DIR: dataDir, PORT: "0", ALLOWED_ASSET_DOMAINS: origin.host });
      const server = await startServer(config, { logger: pino({ level: "silent" }) });
      stack.defer(() => server.stop());
      const stage = {
        api: createApi(server.url),
        origin: origin.url,
        tell: {
          chapter: (title: string) => line(output, `\n${title}`),
          line: (text: string) => line(output, `  ${text}`),
        },
      };
      line(output, `Reelog at ${server.url}, media at ${origin.url}`);
      await importAssets(stage);
      const videoUrl = await makeVideo(stage);
      const saved = resolve(out);
      await Bun.write(saved, await stage.api.raw(videoUrl));
      const result = { file: saved, bytes: Bun.file(saved).size, url: `${server.url}${videoUrl}` };
      showResult(context, { json, result, lines: ["", `The video: ${pathToFileURL(saved)}`] });
      if (!stay) return;
      line(output, `It is also at ${server.url}${videoUrl} until you press Ctrl+C`);
      await new Promise((interrupted) => process.once("SIGINT", interrupted));
    });
}
