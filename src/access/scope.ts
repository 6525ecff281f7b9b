/** The scopes of keys; each includes the ones before it. */
export const SCOPES = ["read", "write", "admin"] as const;

/** `read`: GET and HEAD · `write`: everything of its owner · `admin`: also the operators' figures. */
export type Scope = (typeof SCOPES)[number];

/** Returns true when a key of this scope may do what needs the other. */
export function includes(scope: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(scope) >= SCOPES.indexOf(needed);
}
