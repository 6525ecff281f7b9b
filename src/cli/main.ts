#!/usr/bin/env bun
import { SECRET_VARIABLES } from "../config.ts";
import { shieldProcess } from "../processes/mod.ts";
import { run } from "./run.ts";

// Files that a command creates are private to the user, as the server's are.
process.umask(0o077);
const { stdout, stderr } = process;
const env = { ...process.env };
shieldProcess(SECRET_VARIABLES);
// A reader such as `head` that closes the pipe early is not a failure.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.exitCode = await run(process.argv.slice(2), { env, stdout, stderr });
