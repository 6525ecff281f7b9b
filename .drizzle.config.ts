import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "sqlite", schema: "./src/event_log/sqlite/tables.ts", out: "./migrations" });
