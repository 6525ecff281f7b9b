CREATE TABLE `event_hashes` (
	`position` integer PRIMARY KEY NOT NULL,
	`hash` blob NOT NULL
);

--> statement-breakpoint
CREATE TRIGGER event_hashes_refuse_update BEFORE UPDATE ON event_hashes
BEGIN
  SELECT RAISE(ABORT, 'the hash chain is append-only: UPDATE is refused');
END;
--> statement-breakpoint
CREATE TRIGGER event_hashes_refuse_delete BEFORE DELETE ON event_hashes
BEGIN
  SELECT RAISE(ABORT, 'the hash chain is append-only: DELETE is refused');
END;
--> statement-breakpoint
-- INSERT OR REPLACE deletes the row in its way without a delete trigger.
CREATE TRIGGER event_hashes_refuse_replace BEFORE INSERT ON event_hashes
WHEN EXISTS (SELECT 1 FROM event_hashes WHERE position = NEW.position)
BEGIN
  SELECT RAISE(ABORT, 'the hash chain is append-only: the hash is there already');
END;
