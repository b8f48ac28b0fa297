-- What a version of a fact was counted in, and from which asset: a change of one of them is a change of the fact.
ALTER TABLE client_fact_versions ADD COLUMN unit TEXT NOT NULL DEFAULT '';
ALTER TABLE client_fact_versions ADD COLUMN currency TEXT;
ALTER TABLE client_fact_versions ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
ALTER TABLE client_fact_versions ADD COLUMN external_id TEXT NOT NULL DEFAULT '';

-- Invented facts leave when the first real one of their metric arrives.
CREATE INDEX current_client_facts_fixtures ON current_client_facts (business_unit_id, metric) WHERE fixture = 1;

-- What agents had read of a value before it was restated.
CREATE INDEX agent_data_access_logs_of_agents ON agent_data_access_logs (business_unit_id, at)
  WHERE reader_kind = 'agent' AND outcome = 'answered';
