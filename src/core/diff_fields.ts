/**
 * Returns the given fields that differ. Objects are compared by their content, independent of the order of their keys.
 *
 * @example
 * ```ts
 * diffFields({ name: "Acme", goal: "" }, { name: "Acme", goal: "Be known" }); // { goal: "Be known" }
 * ```
 */
export function diffFields<Fields extends object>(before: Fields, given: Partial<Fields>): Partial<Fields> {
  const changes: Partial<Fields> = {};
  for (const key in given) {
    if (given[key] !== undefined && !Bun.deepEquals(before[key], given[key])) changes[key] = given[key];
  }
  return changes;
}
