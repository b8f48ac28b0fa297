-- One row and one Asana task per kind of failure; every run that failed so is a row of its own, so that nothing is
-- counted twice. The first shape of this table was never written to.
DROP TABLE incidents;

-- Truth: a kind of failure and its error task.
CREATE TABLE incidents (
  fingerprint TEXT PRIMARY KEY,
  code TEXT NOT NULL,
  skill TEXT NOT NULL,
  upstream TEXT NOT NULL,
  -- When somebody completed the last error task; failures since then count. Empty: nobody has yet.
  settled_at TEXT NOT NULL,
  -- The error task; null until one is known.
  task_gid TEXT,
  -- Who is finding or making the task right now, and until when nobody else may.
  claim TEXT,
  claimed_until TEXT
) STRICT;

-- Truth: one failure of one run. `seq` is the entry of its log that says so.
CREATE TABLE incident_occurrences (
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT;
CREATE INDEX incident_occurrences_newest ON incident_occurrences (fingerprint, at DESC, run_id, seq);
