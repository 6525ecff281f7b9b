import type { Workspace } from "../processes/mod.ts";

/** Returns a function that lends each file once to a process, until the stack is disposed of. */
export function lender(workspace: Workspace, stack: AsyncDisposableStack): (path: string) => Promise<string> {
  const lent = new Map<string, string>();
  return async (path) => {
    const known = lent.get(path) ?? stack.use(await workspace.lend(path)).path;
    lent.set(path, known);
    return known;
  };
}
