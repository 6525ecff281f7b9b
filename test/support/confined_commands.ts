/** A process that runs commands of `reelog`, one after the other, with the privileges that its parent has left to it. */
import { runCommand } from "./command_line.ts";

process.umask(0o077);
process.on("disconnect", () => process.exit(0));
process.on("message", async ({ parameters, env }: { parameters: string[]; env: Record<string, string> }) => {
  process.send?.(await runCommand(parameters, env));
});
