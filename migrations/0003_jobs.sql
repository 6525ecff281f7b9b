CREATE TABLE `job_assets` (
	`asset_id` text NOT NULL,
	`job_id` text NOT NULL,
	`settled` integer NOT NULL,
	PRIMARY KEY(`asset_id`, `job_id`)
);
--> statement-breakpoint
CREATE INDEX `job_assets_by_job` ON `job_assets` (`job_id`);--> statement-breakpoint
CREATE TABLE `job_scenes` (
	`job_id` text NOT NULL,
	`id` text NOT NULL,
	`scene_number` integer NOT NULL,
	`duration` real NOT NULL,
	`description` text NOT NULL,
	`script` text NOT NULL,
	`shot_type` text NOT NULL,
	`transition` text NOT NULL,
	`assets` text NOT NULL,
	`metadata` text NOT NULL,
	`version` integer NOT NULL,
	`failed_revision` integer,
	`failure_code` text,
	`failure_message` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`job_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `job_totals` (
	`owner` text NOT NULL,
	`client_id` text NOT NULL,
	`campaign_id` text NOT NULL,
	`status` text NOT NULL,
	`count` integer NOT NULL,
	`videos` integer NOT NULL,
	`cost` real NOT NULL,
	PRIMARY KEY(`owner`, `client_id`, `campaign_id`, `status`)
);
--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`position` integer NOT NULL,
	`version` integer NOT NULL,
	`client_id` text NOT NULL,
	`campaign_id` text,
	`status` text NOT NULL,
	`request` text NOT NULL,
	`specs` text NOT NULL,
	`assets` text NOT NULL,
	`estimated_cost` real NOT NULL,
	`actual_cost` real,
	`failed_step` text,
	`error_code` text,
	`error_message` text,
	`error_asset_id` text,
	`render_started_at` text,
	`render_fraction` real,
	`render_noted_at` text,
	`video` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `jobs_by_owner` ON `jobs` (`owner`,`position`);--> statement-breakpoint
CREATE INDEX `jobs_by_status` ON `jobs` (`owner`,`status`,`position`);--> statement-breakpoint
CREATE INDEX `jobs_by_client` ON `jobs` (`owner`,`client_id`,`position`);--> statement-breakpoint
CREATE INDEX `jobs_by_campaign` ON `jobs` (`owner`,`campaign_id`,`position`);--> statement-breakpoint
CREATE TABLE `jobs_awaiting_assets` (
	`job_id` text PRIMARY KEY NOT NULL,
	`position` integer NOT NULL,
	`waiting` integer NOT NULL,
	`failed` integer NOT NULL,
	`owner` text NOT NULL,
	`causation_id` text NOT NULL,
	`correlation_id` text NOT NULL,
	`request_id` text
);
--> statement-breakpoint
CREATE TABLE `jobs_to_plan` (
	`job_id` text PRIMARY KEY NOT NULL,
	`position` integer NOT NULL,
	`plan` integer NOT NULL,
	`owner` text NOT NULL,
	`causation_id` text NOT NULL,
	`correlation_id` text NOT NULL,
	`request_id` text
);
--> statement-breakpoint
CREATE TABLE `jobs_to_render` (
	`job_id` text PRIMARY KEY NOT NULL,
	`position` integer NOT NULL,
	`owner` text NOT NULL,
	`causation_id` text NOT NULL,
	`correlation_id` text NOT NULL,
	`request_id` text
);
--> statement-breakpoint
CREATE TABLE `scenes_to_replan` (
	`job_id` text NOT NULL,
	`scene_id` text NOT NULL,
	`position` integer NOT NULL,
	`revision` integer NOT NULL,
	`owner` text NOT NULL,
	`causation_id` text NOT NULL,
	`correlation_id` text NOT NULL,
	`request_id` text,
	PRIMARY KEY(`job_id`, `scene_id`)
);
