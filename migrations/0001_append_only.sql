-- The log is append-only: history is corrected by new events, never by changing old ones.
CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
BEGIN
  SELECT RAISE(ABORT, 'the event log is append-only: UPDATE is refused');
END;
--> statement-breakpoint
CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
BEGIN
  SELECT RAISE(ABORT, 'the event log is append-only: DELETE is refused');
END;
--> statement-breakpoint
-- INSERT OR REPLACE deletes the row in its way without a delete trigger.
CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
  OR EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version)
BEGIN
  SELECT RAISE(ABORT, 'the event log is append-only: the event is there already');
END;
