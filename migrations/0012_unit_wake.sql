-- When the actor of a Business Unit acts by itself; the sweep looks after those whose time is long past.
ALTER TABLE business_units ADD COLUMN wake_at TEXT;
CREATE INDEX business_units_by_wake ON business_units (wake_at, business_unit_id);
-- What a start looks for: refreshes whose worker may have died.
CREATE INDEX ingestion_runs_at_work ON ingestion_runs (business_unit_id) WHERE status IN ('queued', 'running');
