DROP INDEX `assets_to_ingest_order`;--> statement-breakpoint
CREATE INDEX `jobs_awaiting_assets_turns` ON `jobs_awaiting_assets` (`owner`,`position`);--> statement-breakpoint
CREATE INDEX `jobs_to_plan_turns` ON `jobs_to_plan` (`owner`,`position`);--> statement-breakpoint
CREATE INDEX `jobs_to_render_turns` ON `jobs_to_render` (`owner`,`position`);--> statement-breakpoint
CREATE INDEX `scenes_to_replan_turns` ON `scenes_to_replan` (`owner`,`position`);