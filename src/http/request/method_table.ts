/** The methods of each path. */
export interface MethodTable {
  /** Returns the methods of the most specific route for a path; null without a route. */
  methodsOf(pathname: string): readonly string[] | null;
}

interface Node {
  readonly statics: Map<string, Node>;
  parameter: Node | null;
  /** In alphabetical order. */
  methods: readonly string[];
}

/**
 * Builds the table from an app's routes. A static segment wins over a parameter for every method, so that `PATCH
 * /assets/from-url` is 405 and not a patch of an asset with that id.
 */
export function createMethodTable(routes: readonly { method: string; path: string }[]): MethodTable {
  const root = emptyNode();
  for (const { method, path } of routes) {
    const node = segmentsOf(path).reduce(childOf, root);
    const added = method === "GET" ? ["GET", "HEAD"] : [method];
    node.methods = [...new Set([...node.methods, ...added])].sort();
  }
  return {
    methodsOf: (pathname) => find(root, pathname, 1)?.methods ?? null,
  };
}

function childOf(node: Node, segment: string): Node {
  if (segment.startsWith(":")) {
    node.parameter ??= emptyNode();
    return node.parameter;
  }
  const found = node.statics.get(segment) ?? emptyNode();
  node.statics.set(segment, found);
  return found;
}

/**
 * Finds the node of a path.
 *
 * @param from the start of the next segment; a trailing slash is the same path, as it is for the router
 */
function find(node: Node, pathname: string, from: number): Node | null {
  if (from >= pathname.length && from > 1) return node.methods.length > 0 ? node : null;
  const slash = pathname.indexOf("/", from);
  const end = slash < 0 ? pathname.length : slash;
  const segment = pathname.slice(from, end);
  const next = node.statics.get(segment);
  const byStatic = next ? find(next, pathname, end + 1) : null;
  if (byStatic) return byStatic;
  return node.parameter && segment !== "" ? find(node.parameter, pathname, end + 1) : null;
}

function emptyNode(): Node {
  return { statics: new Map(), parameter: null, methods: [] };
}

function segmentsOf(path: string): string[] {
  const segments = path.split("/").slice(1);
  // A trailing slash is the same path, as it is for the router.
  if (segments.length > 1 && segments.at(-1) === "") segments.pop();
  return segments;
}
