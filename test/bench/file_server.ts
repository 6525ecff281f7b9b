import { join } from "node:path";
import { temporaryDirectory } from "./stores.ts";

/** Something plain that serves the files of a folder. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
}

/** The file server for comparison: nginx where it is installed, else a bare `Bun.serve`. */
export const FILE_SERVER_NAME = Bun.which("nginx")
  ? "nginx with sendfile, one worker, its access log on"
  : "a bare Bun.serve over the same file";

/** Serves a folder by {@linkcode FILE_SERVER_NAME}, in a process of its own. */
export async function startFileServer(folder: string): Promise<FileServer> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const own = temporaryDirectory();
  const nginx = Bun.which("nginx");
  await Bun.write(join(own.path, "nginx.conf"), nginxSettings({ folder, port, own: own.path }));
  const command = nginx
    ? [nginx, "-p", own.path, "-e", join(own.path, "error.log"), "-c", join(own.path, "nginx.conf")]
    : [process.execPath, join(import.meta.dir, "plain_process.ts"), "files", String(port), folder];
  const child = Bun.spawn(command, { stdio: ["ignore", "ignore", "inherit"] });
  await answers(url, () => child.exitCode === null);
  return {
    url,
    name: FILE_SERVER_NAME,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
      own[Symbol.dispose]();
    },
  };
}

/** Waits until something answers, be it with an error. */
export async function answers(url: string, isRunning: () => boolean): Promise<void> {
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (!isRunning()) throw new Error(`Cannot measure: nothing serves ${url}`);
    await Bun.sleep(20);
  }
}

/** A port that was free a moment ago, for servers that cannot say which one they took. */
export function freePort(): number {
  using listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  return listener.port;
}

function nginxSettings({ folder, port, own }: { folder: string; port: number; own: string }): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((what) => `${what}_temp_path ${own}/tmp;`);
  return `
    daemon off;
    worker_processes 1;
    pid ${own}/nginx.pid;
    error_log ${own}/error.log;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    events { worker_connections 512; }
    http {
      ${temporary.join("\n      ")}
      access_log ${own}/access.log;
      sendfile on;
      tcp_nopush on;
      keepalive_requests 1000000;
      default_type application/octet-stream;
      server { listen 127.0.0.1:${port}; root ${folder}; }
    }
  `;
}
