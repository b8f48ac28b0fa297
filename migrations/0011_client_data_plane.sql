-- The Admin Registry and the Client Data Plane. Rows about a Business Unit are copies of its actor, written through its
-- outbox and guarded by its version; rows of facts are written by a refresh under its lease (`refresh_fences`).

ALTER TABLE clients ADD COLUMN slug TEXT;
ALTER TABLE clients ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE clients ADD COLUMN archived_at TEXT;
CREATE UNIQUE INDEX clients_by_slug ON clients (slug);

ALTER TABLE business_units ADD COLUMN slug TEXT;
ALTER TABLE business_units ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE business_units ADD COLUMN archived_at TEXT;
-- JSON: the whole record as the interface shows it (`BusinessUnitRecord`).
ALTER TABLE business_units ADD COLUMN record TEXT;
CREATE UNIQUE INDEX business_units_by_slug ON business_units (slug);
CREATE INDEX business_units_by_name ON business_units (name, business_unit_id);

ALTER TABLE staff_users ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE staff_users ADD COLUMN archived_at TEXT;
CREATE INDEX business_unit_roles_by_user ON business_unit_roles (user_id, business_unit_id);

ALTER TABLE source_assets ADD COLUMN label TEXT;
-- JSON of the last read-only test on request: {ok, at, code, detail}; null: never tested.
ALTER TABLE source_assets ADD COLUMN tested TEXT;
CREATE INDEX source_assets_by_id ON source_assets (kind, external_id);

-- Who may use an id of an upstream: the arbiter between actors, taken before an actor's turn.
CREATE TABLE source_claims (
  kind TEXT NOT NULL,
  external_id TEXT NOT NULL,
  business_unit_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  claimed_at TEXT NOT NULL,
  PRIMARY KEY (kind, external_id, business_unit_id)
) STRICT;

CREATE TABLE context_bindings (
  business_unit_id TEXT PRIMARY KEY REFERENCES business_units (business_unit_id),
  box_folder_id TEXT NOT NULL,
  box_folder_name TEXT,
  updated_at TEXT NOT NULL
) STRICT;

-- Targets, budgets, brand terms, page groups: what holds from a day on.
CREATE TABLE business_unit_settings (
  business_unit_id TEXT NOT NULL REFERENCES business_units (business_unit_id),
  kind TEXT NOT NULL,
  effective_from TEXT NOT NULL,
  value TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (business_unit_id, kind, effective_from)
) STRICT;

CREATE TABLE admin_edit_history (
  edit_id TEXT NOT NULL,
  field TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('business_unit', 'client', 'user')),
  scope_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  at TEXT NOT NULL,
  edited_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  -- JSON values; null: there was, or is, none.
  before TEXT,
  after TEXT,
  restores TEXT,
  PRIMARY KEY (edit_id, field)
) STRICT;
CREATE INDEX admin_edit_history_newest ON admin_edit_history (scope, scope_id, version DESC, edit_id DESC, field);

CREATE TABLE data_products (
  product_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL
) STRICT;
INSERT INTO data_products (product_id, name, description) VALUES
  ('marketing_performance', 'Marketing performance', 'Search, site, paid media, leads and hours of one Business Unit as facts with lineage.');

CREATE TABLE subscription_data_views (
  business_unit_id TEXT NOT NULL REFERENCES business_units (business_unit_id),
  product_id TEXT NOT NULL REFERENCES data_products (product_id),
  created_at TEXT NOT NULL,
  PRIMARY KEY (business_unit_id, product_id)
) STRICT;

CREATE TABLE dashboard_surface_configurations (
  surface_id TEXT PRIMARY KEY,
  business_unit_id TEXT NOT NULL UNIQUE REFERENCES business_units (business_unit_id),
  slug TEXT NOT NULL UNIQUE,
  audience TEXT NOT NULL CHECK (audience IN ('staff_preview')),
  state TEXT NOT NULL CHECK (state IN ('active', 'inactive')),
  created_at TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;

-- What an agent may read, and for which purpose. Staff read by their role.
CREATE TABLE dashboard_access_grants (
  business_unit_id TEXT NOT NULL REFERENCES business_units (business_unit_id),
  agent TEXT NOT NULL,
  purpose TEXT NOT NULL,
  granted_by TEXT NOT NULL,
  granted_at TEXT NOT NULL,
  PRIMARY KEY (business_unit_id, agent, purpose)
) STRICT;

CREATE TABLE ingestion_runs (
  ingestion_run_id TEXT PRIMARY KEY,
  business_unit_id TEXT NOT NULL REFERENCES business_units (business_unit_id),
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  range_start TEXT NOT NULL,
  range_end TEXT NOT NULL,
  -- JSON of `IngestionRunView`.
  record TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT
) STRICT;
CREATE INDEX ingestion_runs_newest ON ingestion_runs (business_unit_id, started_at DESC, ingestion_run_id DESC);

-- The epoch of the attempt that may write facts of a Business Unit; written before the lease is lent.
CREATE TABLE refresh_fences (
  business_unit_id TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL
) STRICT;

CREATE TABLE raw_source_snapshots (
  snapshot_key TEXT PRIMARY KEY,
  business_unit_id TEXT NOT NULL,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  query TEXT NOT NULL,
  page INTEGER NOT NULL,
  range_start TEXT NOT NULL,
  range_end TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  capped INTEGER NOT NULL,
  fetched_at TEXT NOT NULL,
  ingestion_run_id TEXT NOT NULL
) STRICT;
CREATE INDEX raw_source_snapshots_by_unit ON raw_source_snapshots (business_unit_id, source, range_start, query, page);
CREATE INDEX raw_source_snapshots_by_run ON raw_source_snapshots (ingestion_run_id, source, query, page);

CREATE TABLE current_client_facts (
  fact_id TEXT PRIMARY KEY,
  business_unit_id TEXT NOT NULL,
  metric TEXT NOT NULL,
  grain TEXT NOT NULL CHECK (grain IN ('day', 'month')),
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  -- '' for the whole, else what the value is a part of: channel, query, page, campaign, device, country, keyword, stage.
  dimension TEXT NOT NULL,
  member TEXT NOT NULL,
  state TEXT NOT NULL,
  value REAL,
  reason TEXT,
  unit TEXT NOT NULL,
  currency TEXT,
  time_zone TEXT NOT NULL,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  maturity TEXT NOT NULL CHECK (maturity IN ('final', 'filling')),
  definition TEXT NOT NULL,
  transform TEXT NOT NULL,
  version INTEGER NOT NULL,
  ingestion_run_id TEXT NOT NULL,
  -- JSON: [{snapshotKey, pointers}], where the value comes from.
  lineage TEXT NOT NULL,
  -- JSON array of ids of the ledger of known measurement breaks, and of caveats.
  caveats TEXT NOT NULL,
  fixture INTEGER NOT NULL DEFAULT 0,
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX current_client_facts_series
  ON current_client_facts (business_unit_id, metric, grain, dimension, period_start, member);
CREATE INDEX current_client_facts_by_period
  ON current_client_facts (business_unit_id, grain, period_start, metric, dimension, member);

-- One row per change of value or definition; the newest is the row of current_client_facts.
CREATE TABLE client_fact_versions (
  fact_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  value REAL,
  reason TEXT,
  maturity TEXT NOT NULL,
  definition TEXT NOT NULL,
  transform TEXT NOT NULL,
  ingestion_run_id TEXT NOT NULL,
  lineage TEXT NOT NULL,
  caveats TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (fact_id, version)
) STRICT, WITHOUT ROWID;

-- A value that was called final and changed nevertheless.
CREATE TABLE fact_restatements (
  fact_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  business_unit_id TEXT NOT NULL,
  metric TEXT NOT NULL,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  before_state TEXT NOT NULL,
  before_value REAL,
  after_state TEXT NOT NULL,
  after_value REAL,
  ingestion_run_id TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (fact_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_restatements_by_unit ON fact_restatements (business_unit_id, recorded_at DESC);

-- What had used a value before it was restated: report artifacts and agents' reads.
CREATE TABLE restatement_marks (
  fact_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  used_by TEXT NOT NULL CHECK (used_by IN ('report_artifact', 'access')),
  used_id TEXT NOT NULL,
  PRIMARY KEY (used_by, used_id, fact_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE client_visible_tasks (
  business_unit_id TEXT NOT NULL,
  task_gid TEXT NOT NULL,
  name TEXT NOT NULL,
  section TEXT,
  due_on TEXT,
  completed_at TEXT,
  permalink TEXT,
  ingestion_run_id TEXT NOT NULL,
  PRIMARY KEY (business_unit_id, task_gid)
) STRICT;

-- Metadata of reads alone: no value is ever in here.
CREATE TABLE agent_data_access_logs (
  log_id TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  reader_kind TEXT NOT NULL CHECK (reader_kind IN ('staff', 'agent', 'service')),
  reader TEXT NOT NULL,
  purpose TEXT NOT NULL,
  business_unit_id TEXT NOT NULL,
  what TEXT NOT NULL,
  metric TEXT,
  period_start TEXT,
  period_end TEXT,
  fact_count INTEGER NOT NULL,
  outcome TEXT NOT NULL
) STRICT;
CREATE INDEX agent_data_access_logs_newest ON agent_data_access_logs (at DESC, log_id DESC);
CREATE INDEX agent_data_access_logs_by_unit ON agent_data_access_logs (business_unit_id, at DESC, log_id DESC);
