import type { Config } from "./config.ts";
import type { RunningServer } from "./server/server.ts";
import { VERSION } from "./version.ts";

/** Returns what a person at a terminal needs after a start: the URLs, the access mode, and what is granted. */
export function banner(config: Config, { url, isOpen }: Pick<RunningServer, "url" | "isOpen">): string {
  const base = config.publicUrl ?? url;
  const rows = [
    ["API", `${base}/api/v3`],
    ["Docs", `${base}/docs`],
    ["Access", isOpen ? "open, from this machine only; `bun run keys create` closes it" : "with an API key"],
    ["Assets", `from ${config.allowedAssetDomains.text.replace(/^\*(?=,|$)/, "every public host")}`],
    ["Planner", config.aiProvider === "template" ? "template (offline)" : config.aiProvider],
    ["Data", config.dataDir],
  ];
  const lines = rows.map(([name = "", value = ""]) => `  ${name.padEnd(8)} ${value}`);
  return ["", `  Reelog ${VERSION}`, "", ...lines, "", "  Ctrl+C stops it.", "", ""].join("\n");
}
