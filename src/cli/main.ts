import { SECRET_VARIABLES } from "../config.ts";
import { shieldProcess } from "../processes/mod.ts";
import { run } from "./run.ts";

// As the server does: what a command is first to make in the data directory is nobody else's either.
process.umask(0o077);
const { stdout, stderr } = process;
const env = { ...process.env };
shieldProcess(SECRET_VARIABLES);
// A reader such as `head` that has seen enough and goes away is no failure.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.exitCode = await run(process.argv.slice(2), { env, stdout, stderr });
