import fc from "fast-check";
import { isObject } from "../../src/http/openapi/json.ts";
import { nastyString, nastyValue } from "./nasty.ts";

interface Change {
  readonly kind: "replace" | "remove" | "add" | "wrap" | "text";
  /** The index of the changed node, in the order of a walk. */
  readonly place: number;
  readonly value: unknown;
  readonly key: string;
}

/** Values that were right, with one to three things wrong in them. */
export function nearly(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change: fc.Arbitrary<Change> = fc.record({
    kind: fc.constantFrom("replace", "replace", "remove", "add", "wrap", "text"),
    place: fc.nat(30),
    value: nastyValue(),
    key: nastyString(),
  });
  return fc
    .tuple(right, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => changes.reduce((now, each) => changed(now, each), value));
}

function changed(root: unknown, change: Change): unknown {
  const places = count(root);
  let at = change.place % places;

  function walk(value: unknown): unknown {
    if (at-- === 0) return applied(value, change);
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, child]) => {
        if (at === 0 && change.kind === "remove") {
          at--;
          return [];
        }
        return [[key, walk(child)]];
      }),
    );
  }

  return walk(root);
}

function applied(value: unknown, { kind, value: other, key }: Change): unknown {
  if (kind === "wrap") return [value];
  if (kind === "text" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  if (kind === "add" && isObject(value)) return Object.fromEntries([...Object.entries(value), [key, other]]);
  return other;
}

function count(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, child: unknown) => sum + count(child), 1);
  if (!isObject(value)) return 1;
  return Object.values(value).reduce((sum: number, child) => sum + count(child), 1);
}
