/** The scopes of keys; each includes the ones before it. */
export const SCOPES = ["read", "write", "admin"] as const;

/** A scope. `read`: GET and HEAD · `write`: everything of its owner · `admin`: also the operators' figures. */
export type Scope = (typeof SCOPES)[number];

/** Returns true when the scope includes the needed one. */
export function includes(scope: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(scope) >= SCOPES.indexOf(needed);
}
