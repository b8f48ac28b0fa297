-- Free text search over reports that does not read the table, as 0004_search.sql has it for runs: three-letter pieces of
-- client and id, each row's place in the index of pieces being its age.

ALTER TABLE report_artifacts ADD COLUMN age_key INTEGER GENERATED ALWAYS AS (
  (CAST(round(unixepoch(created_at, 'subsec') * 1000) AS INTEGER) << 21)
    | ((CAST(substr(artifact_id, 5) AS INTEGER) & 32767) << 6)
    | (CAST(substr(artifact_id, instr(artifact_id, '_v') + 2) AS INTEGER) & 63)
) VIRTUAL;
CREATE INDEX report_artifacts_by_age ON report_artifacts (age_key);

CREATE VIRTUAL TABLE report_artifacts_text USING fts5 (
  client_name, artifact_id, content = '', contentless_delete = 1, tokenize = 'trigram'
);
INSERT INTO report_artifacts_text (rowid, client_name, artifact_id)
  SELECT age_key, client_name, artifact_id FROM report_artifacts;

CREATE TRIGGER report_artifacts_text_new AFTER INSERT ON report_artifacts BEGIN
  INSERT OR REPLACE INTO report_artifacts_text (rowid, client_name, artifact_id)
    VALUES (new.age_key, new.client_name, new.artifact_id);
END;
CREATE TRIGGER report_artifacts_text_changed AFTER UPDATE OF client_name, created_at ON report_artifacts
WHEN old.client_name IS NOT new.client_name OR old.age_key IS NOT new.age_key BEGIN
  DELETE FROM report_artifacts_text WHERE rowid = old.age_key;
  INSERT OR REPLACE INTO report_artifacts_text (rowid, client_name, artifact_id)
    VALUES (new.age_key, new.client_name, new.artifact_id);
END;
CREATE TRIGGER report_artifacts_text_gone AFTER DELETE ON report_artifacts BEGIN
  DELETE FROM report_artifacts_text WHERE rowid = old.age_key;
END;
