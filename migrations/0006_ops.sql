-- What the search box and the ops overview ask of the index, each answered by an index of its own.

CREATE INDEX team_agent_runs_by_client ON team_agent_runs (client_name COLLATE NOCASE, created_at DESC, run_id DESC);
CREATE INDEX team_agent_runs_by_requester ON team_agent_runs (requester COLLATE NOCASE, created_at DESC, run_id DESC);
-- Runs that stand still, and what failed lately by cause; the cause is in it so that counting reads no row.
CREATE INDEX team_agent_runs_by_change ON team_agent_runs (status, updated_at, cause_code);
CREATE INDEX dead_letters_waiting ON dead_letters (received_at DESC, dead_letter_id DESC) WHERE replayed_at IS NULL;
