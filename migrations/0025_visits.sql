-- The sweep comes by every actor now and then, whatever its row says: a row knows timers, not what an actor still owes the
-- outside. When it comes next is the sweep's own note, no copy of anything; '' is at once, and NULL is not any more, because
-- the run lies in the archive.

ALTER TABLE team_agent_runs ADD COLUMN visit_at TEXT DEFAULT '';
-- What ended long ago mostly lies in the archive: it comes when the others were seen once.
UPDATE team_agent_runs SET visit_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 day')
  WHERE status IN ('accepted', 'cancelled', 'failed') AND updated_at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-30 days');
CREATE INDEX team_agent_runs_to_visit ON team_agent_runs (visit_at, run_id) WHERE visit_at IS NOT NULL;

ALTER TABLE business_units ADD COLUMN visit_at TEXT NOT NULL DEFAULT '';
CREATE INDEX business_units_to_visit ON business_units (visit_at, business_unit_id);
