DROP INDEX `jobs_awaiting_assets_turns`;--> statement-breakpoint
CREATE INDEX `jobs_awaiting_assets_turns` ON `jobs_awaiting_assets` (`owner`,`position`) WHERE waiting <= 0 OR failed;