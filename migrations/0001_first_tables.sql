-- Cross-actor indexes. Truth of a run is its actor; these rows are written through actors' outboxes only,
-- guarded by the actor's version. Registry tables hold their small first form.

CREATE TABLE clients (
  client_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE business_units (
  business_unit_id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES clients (client_id),
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  -- JSON array of lower-case words or phrases.
  brand_terms TEXT NOT NULL DEFAULT '[]',
  -- JSON array of {label, prefix}; first match wins.
  page_groups TEXT NOT NULL DEFAULT '[]',
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX business_units_by_client ON business_units (client_id);

CREATE TABLE staff_users (
  user_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  asana_user_gid TEXT UNIQUE,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE business_unit_roles (
  business_unit_id TEXT NOT NULL REFERENCES business_units (business_unit_id),
  user_id TEXT NOT NULL REFERENCES staff_users (user_id),
  role TEXT NOT NULL,
  PRIMARY KEY (business_unit_id, user_id)
) STRICT;

CREATE TABLE source_assets (
  business_unit_id TEXT NOT NULL REFERENCES business_units (business_unit_id),
  kind TEXT NOT NULL,
  external_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (business_unit_id, kind)
) STRICT;

CREATE TABLE team_agent_runs (
  run_id TEXT PRIMARY KEY,
  task_gid TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  status TEXT NOT NULL,
  skill TEXT,
  business_unit_id TEXT,
  client_name TEXT,
  title TEXT NOT NULL,
  requester TEXT,
  -- The whole row as the interface shows it (RunSummary), so that no list reader re-assembles it.
  summary TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX team_agent_runs_newest ON team_agent_runs (created_at DESC, run_id DESC);
CREATE INDEX team_agent_runs_by_status ON team_agent_runs (status, created_at DESC, run_id DESC);
CREATE INDEX team_agent_runs_by_unit ON team_agent_runs (business_unit_id, created_at DESC, run_id DESC);
CREATE INDEX team_agent_runs_by_skill ON team_agent_runs (skill, created_at DESC, run_id DESC);

CREATE TABLE platform_build_runs (
  run_id TEXT PRIMARY KEY,
  task_gid TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  status TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE report_artifacts (
  artifact_id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  task_gid TEXT NOT NULL,
  business_unit_id TEXT NOT NULL,
  client_name TEXT NOT NULL,
  skill TEXT NOT NULL,
  version INTEGER NOT NULL,
  lifecycle TEXT NOT NULL,
  -- SHA-256 of the HTML report; an acceptance names it.
  sha256 TEXT NOT NULL,
  supersedes TEXT,
  narrator TEXT NOT NULL,
  answer TEXT NOT NULL,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  created_at TEXT NOT NULL,
  accepted_at TEXT,
  accepted_by TEXT,
  -- Version of the owning run when the row was written; an older write never replaces a newer one.
  run_version INTEGER NOT NULL
) STRICT;
CREATE INDEX report_artifacts_newest ON report_artifacts (created_at DESC, artifact_id DESC);
CREATE INDEX report_artifacts_by_unit ON report_artifacts (business_unit_id, created_at DESC, artifact_id DESC);
CREATE INDEX report_artifacts_by_skill ON report_artifacts (skill, created_at DESC, artifact_id DESC);
CREATE INDEX report_artifacts_by_lifecycle ON report_artifacts (lifecycle, created_at DESC, artifact_id DESC);
CREATE INDEX report_artifacts_by_task ON report_artifacts (task_gid, created_at DESC, artifact_id DESC);

CREATE TABLE report_artifact_files (
  artifact_id TEXT NOT NULL REFERENCES report_artifacts (artifact_id),
  file_id TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  role TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  object_key TEXT NOT NULL,
  asana_attachment_gid TEXT,
  PRIMARY KEY (artifact_id, file_id)
) STRICT;

CREATE TABLE report_channel_provenance (
  artifact_id TEXT NOT NULL REFERENCES report_artifacts (artifact_id),
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  detail TEXT NOT NULL,
  external_id TEXT,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  fetched_at TEXT,
  row_count INTEGER NOT NULL,
  -- JSON array of R2 keys.
  snapshot_keys TEXT NOT NULL,
  PRIMARY KEY (artifact_id, channel)
) STRICT;

CREATE TABLE report_revision_rounds (
  round_id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  artifact_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  kind TEXT,
  opened_at TEXT NOT NULL,
  closed_at TEXT,
  round TEXT NOT NULL,
  run_version INTEGER NOT NULL
) STRICT;
CREATE INDEX report_revision_rounds_by_run ON report_revision_rounds (run_id, n);

CREATE TABLE dead_letters (
  dead_letter_id TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  reason TEXT NOT NULL,
  body TEXT NOT NULL,
  received_at TEXT NOT NULL,
  replayed_at TEXT
) STRICT;
CREATE INDEX dead_letters_newest ON dead_letters (received_at DESC, dead_letter_id DESC);
