import { run } from "./run.ts";

const { env, stdout, stderr } = process;
// A reader such as `head` that has seen enough and goes away is no failure.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.exitCode = await run(process.argv.slice(2), { env, stdout, stderr });
