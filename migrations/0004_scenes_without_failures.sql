ALTER TABLE `job_scenes` DROP COLUMN `failed_revision`;--> statement-breakpoint
ALTER TABLE `job_scenes` DROP COLUMN `failure_code`;--> statement-breakpoint
ALTER TABLE `job_scenes` DROP COLUMN `failure_message`;