-- Free text search over runs that does not read the table: three-letter pieces of title, client and requester.
-- A row's place in the index of pieces is its age, so that the newest hits come first without sorting them.

ALTER TABLE team_agent_runs ADD COLUMN age_key INTEGER GENERATED ALWAYS AS (
  (CAST(round(unixepoch(created_at, 'subsec') * 1000) AS INTEGER) << 21) | (CAST(substr(run_id, 5) AS INTEGER) & 2097151)
) VIRTUAL;
CREATE INDEX team_agent_runs_by_age ON team_agent_runs (age_key);

CREATE VIRTUAL TABLE team_agent_runs_text USING fts5 (
  title, client_name, requester, content = '', contentless_delete = 1, tokenize = 'trigram'
);
INSERT INTO team_agent_runs_text (rowid, title, client_name, requester)
  SELECT age_key, title, client_name, requester FROM team_agent_runs;

CREATE TRIGGER team_agent_runs_text_new AFTER INSERT ON team_agent_runs BEGIN
  INSERT OR REPLACE INTO team_agent_runs_text (rowid, title, client_name, requester)
    VALUES (new.age_key, new.title, new.client_name, new.requester);
END;
CREATE TRIGGER team_agent_runs_text_changed AFTER UPDATE OF title, client_name, requester ON team_agent_runs
WHEN old.title IS NOT new.title OR old.client_name IS NOT new.client_name OR old.requester IS NOT new.requester BEGIN
  INSERT OR REPLACE INTO team_agent_runs_text (rowid, title, client_name, requester)
    VALUES (new.age_key, new.title, new.client_name, new.requester);
END;
CREATE TRIGGER team_agent_runs_text_gone AFTER DELETE ON team_agent_runs BEGIN
  DELETE FROM team_agent_runs_text WHERE rowid = old.age_key;
END;
