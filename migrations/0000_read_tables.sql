CREATE TABLE `asset_blobs` (
	`id` text PRIMARY KEY NOT NULL,
	`sha256` text NOT NULL,
	`content_type` text,
	`size_bytes` integer NOT NULL,
	`created_at` text NOT NULL,
	`holders` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `asset_blobs_sha256_unique` ON `asset_blobs` (`sha256`);--> statement-breakpoint
CREATE TABLE `asset_tags` (
	`owner` text NOT NULL,
	`tag` text NOT NULL,
	`position` integer NOT NULL,
	`asset_id` text NOT NULL,
	PRIMARY KEY(`owner`, `tag`, `position`)
);
--> statement-breakpoint
CREATE TABLE `asset_totals` (
	`owner` text NOT NULL,
	`status` text NOT NULL,
	`client_id` text NOT NULL,
	`campaign_id` text NOT NULL,
	`type` text NOT NULL,
	`count` integer NOT NULL,
	`size_bytes` integer NOT NULL,
	PRIMARY KEY(`owner`, `status`, `client_id`, `campaign_id`, `type`)
);
--> statement-breakpoint
CREATE TABLE `assets` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`position` integer NOT NULL,
	`client_id` text,
	`campaign_id` text,
	`name` text NOT NULL,
	`type` text,
	`status` text NOT NULL,
	`source_url` text,
	`blob_id` text,
	`sha256` text,
	`size_bytes` integer,
	`thumbnail_blob_id` text,
	`thumbnail_sha256` text,
	`thumbnail_size_bytes` integer,
	`format` text,
	`width` integer,
	`height` integer,
	`duration` real,
	`page_count` integer,
	`tags` text NOT NULL,
	`error_code` text,
	`error_message` text,
	`uploaded_at` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `assets_by_status` ON `assets` (`owner`,`status`,`position`);--> statement-breakpoint
CREATE INDEX `assets_by_owner` ON `assets` (`owner`,`position`);--> statement-breakpoint
CREATE INDEX `assets_by_client` ON `assets` (`owner`,`client_id`,`status`,`position`);--> statement-breakpoint
CREATE INDEX `assets_by_campaign` ON `assets` (`owner`,`campaign_id`,`status`,`position`);--> statement-breakpoint
CREATE INDEX `assets_by_type` ON `assets` (`owner`,`type`,`status`,`position`);--> statement-breakpoint
CREATE TABLE `assets_to_ingest` (
	`asset_id` text PRIMARY KEY NOT NULL,
	`position` integer NOT NULL,
	`owner` text NOT NULL,
	`name` text NOT NULL,
	`url` text,
	`sha256` text,
	`causation_id` text NOT NULL,
	`correlation_id` text NOT NULL,
	`request_id` text
);
--> statement-breakpoint
CREATE INDEX `assets_to_ingest_order` ON `assets_to_ingest` (`position`);--> statement-breakpoint
CREATE TABLE `blob_holders` (
	`stream` text NOT NULL,
	`blob_id` text NOT NULL,
	PRIMARY KEY(`stream`, `blob_id`)
);
--> statement-breakpoint
CREATE TABLE `events` (
	`position` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`type` text NOT NULL,
	`schema_version` integer NOT NULL,
	`data` text NOT NULL,
	`metadata` text NOT NULL,
	`recorded_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_id_unique` ON `events` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `events_stream_version` ON `events` (`stream`,`version`);--> statement-breakpoint
CREATE INDEX `events_type` ON `events` (`type`,`position`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`owner` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`stream` text NOT NULL,
	PRIMARY KEY(`owner`, `key`)
);
--> statement-breakpoint
CREATE TABLE `projection_checkpoints` (
	`name` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`position` integer NOT NULL
);
