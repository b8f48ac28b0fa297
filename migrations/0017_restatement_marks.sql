-- What had used a restated value, asked from the restatement.
CREATE INDEX restatement_marks_by_fact ON restatement_marks (fact_id, version, used_by, used_id);
