-- What ops ask the index: when a run acts next, why it ended, what it waits on, what it could not carry out.

ALTER TABLE team_agent_runs ADD COLUMN wake_at TEXT;
ALTER TABLE team_agent_runs ADD COLUMN cause_code TEXT;
ALTER TABLE team_agent_runs ADD COLUMN waiting_kind TEXT;
ALTER TABLE team_agent_runs ADD COLUMN parked INTEGER NOT NULL DEFAULT 0;
-- The hourly sweep: rows whose wake time is long past, and rows of before this column. Ended runs have no wake time.
CREATE INDEX team_agent_runs_by_wake ON team_agent_runs (wake_at, run_id) WHERE wake_at IS NOT NULL;
CREATE INDEX team_agent_runs_without_wake ON team_agent_runs (updated_at, run_id)
  WHERE wake_at IS NULL AND status NOT IN ('accepted', 'cancelled', 'failed');
CREATE INDEX team_agent_runs_by_cause ON team_agent_runs (cause_code, created_at DESC, run_id DESC);
CREATE INDEX team_agent_runs_by_waiting ON team_agent_runs (waiting_kind, created_at DESC, run_id DESC);
CREATE INDEX team_agent_runs_parked ON team_agent_runs (created_at DESC, run_id DESC) WHERE parked > 0;

-- Truth: what may not be worked on for now. One row per scope and value.
CREATE TABLE holds (
  hold_id TEXT PRIMARY KEY,
  -- all, client, skill or upstream.
  scope TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

-- Truth: one row and one Asana task per kind of failure.
CREATE TABLE incidents (
  fingerprint TEXT PRIMARY KEY,
  code TEXT NOT NULL,
  skill TEXT NOT NULL,
  upstream TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  -- JSON array of the newest runs that failed so: {runId, at}.
  runs TEXT NOT NULL,
  detail TEXT NOT NULL,
  -- The error task; null until one is known.
  task_gid TEXT,
  -- Who is finding or making the task right now, and until when nobody else may.
  claim TEXT,
  claimed_until TEXT
) STRICT;
CREATE INDEX incidents_newest ON incidents (last_at DESC, fingerprint DESC);
