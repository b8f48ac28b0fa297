-- How we hear of Asana: the webhooks we made, where we are in each project's event stream, and what came back from the dead.

-- Truth: one row per webhook we asked Asana for.
CREATE TABLE asana_webhooks (
  -- Part of the target's address, so that a delivery names its row.
  registration_id TEXT PRIMARY KEY,
  project_gid TEXT NOT NULL,
  target TEXT NOT NULL,
  -- requested, confirmed (the handshake was answered), active, lost (Asana has it no more), failed.
  state TEXT NOT NULL,
  webhook_gid TEXT UNIQUE,
  -- JSON {keyId, iv, sealed}: AES-GCM under the key of that id, bound to registration_id. Null before the handshake.
  secret TEXT,
  requested_at TEXT NOT NULL,
  -- What a check found: one line for ops.
  problem TEXT,
  checked_at TEXT,
  last_success_at TEXT,
  last_failure_at TEXT,
  last_failure_content TEXT,
  retry_count INTEGER NOT NULL DEFAULT 0,
  -- When Asana deletes it unless a delivery succeeds.
  deletion_at TEXT,
  -- Newest signed delivery, written at most once a minute.
  last_delivery_at TEXT
) STRICT;
CREATE INDEX asana_webhooks_by_project ON asana_webhooks (project_gid, requested_at DESC);

-- Truth: the token up to which a project's events were taken by the queue.
CREATE TABLE asana_event_streams (
  project_gid TEXT PRIMARY KEY,
  sync TEXT,
  synced_at TEXT,
  -- The last time everything was compared.
  compared_at TEXT,
  -- Why the last pass failed; null when it did not.
  problem TEXT
) STRICT;

-- Who put a dead letter back on its queue, and why.
ALTER TABLE dead_letters ADD COLUMN replayed_by TEXT;
ALTER TABLE dead_letters ADD COLUMN replay_reason TEXT;
