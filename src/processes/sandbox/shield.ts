import { openLibc } from "./libc.ts";

const SET_DUMPABLE = 4;

/**
 * Hides the secrets of this process from others of the same user: its memory and its part of `/proc` are closed to all
 * but root's full powers, it leaves no core dump, and the values of `variables` are erased from the environment that
 * the kernel exposes. Read them before.
 */
export function shieldProcess(variables: readonly string[]): void {
  const libc = openLibc();
  libc?.prctl(SET_DUMPABLE, 0);
  for (const name of variables) {
    delete process.env[name];
    libc?.wipeVariable(name);
  }
}
