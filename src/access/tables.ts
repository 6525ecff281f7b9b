import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Scope } from "./scope.ts";

/** Every key that was ever issued; revoked ones stay, because they mark the server as not open. */
export const apiKeys = sqliteTable("api_keys", {
  id: text().primaryKey(),
  owner: text().notNull(),
  /** The position of `ApiKeyIssued` in the log. */
  position: integer().notNull(),
  /** SHA-256 of the key. */
  hash: text().notNull().unique(),
  label: text(),
  scope: text().$type<Scope>().notNull(),
  expiresAt: text("expires_at"),
  revokedAt: text("revoked_at"),
  createdAt: text("created_at").notNull(),
});
