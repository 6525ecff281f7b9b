import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";

/** The state of a connection that is open at both ends, in `/proc/net/tcp` (proc(5); Linux only). */
const ESTABLISHED = "01";

/**
 * Whether the other end of a connection over IPv4 on this machine still holds it open. A client that does not read
 * cannot hear that: the end stands behind what it has not read.
 */
export async function isHeldByPeer({ localPort = 0, remotePort = 0 }: Socket): Promise<boolean> {
  const [, ...rows] = (await readFile("/proc/net/tcp", "utf8")).split("\n");
  return rows.some((row) => {
    const [, local, remote, state] = row.trim().split(/\s+/);
    return portOf(local) === remotePort && portOf(remote) === localPort && state === ESTABLISHED;
  });
}

function portOf(address = ""): number {
  return Number.parseInt(address.slice(address.indexOf(":") + 1), 16);
}
