CREATE TABLE `campaign_totals` (
	`owner` text NOT NULL,
	`client_id` text NOT NULL,
	`status` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`owner`, `client_id`, `status`)
);
--> statement-breakpoint
CREATE TABLE `campaigns` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`position` integer NOT NULL,
	`client_id` text NOT NULL,
	`name` text NOT NULL,
	`goal` text,
	`status` text NOT NULL,
	`product_url` text,
	`brief` text,
	`metadata` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `campaigns_by_owner` ON `campaigns` (`owner`,`position`);--> statement-breakpoint
CREATE INDEX `campaigns_by_status` ON `campaigns` (`owner`,`status`,`position`);--> statement-breakpoint
CREATE INDEX `campaigns_by_client` ON `campaigns` (`owner`,`client_id`,`position`);--> statement-breakpoint
CREATE INDEX `campaigns_by_client_status` ON `campaigns` (`owner`,`client_id`,`status`,`position`);--> statement-breakpoint
CREATE TABLE `client_totals` (
	`owner` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `clients` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`position` integer NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`homepage` text,
	`brand_guidelines` text,
	`metadata` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `clients_by_owner` ON `clients` (`owner`,`position`);