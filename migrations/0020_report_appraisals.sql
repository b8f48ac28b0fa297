-- What people decided about a report outside its review, JSON as `AppraisalSchema` has it; NULL: nothing. Written by the
-- owning run, as everything in this row.
ALTER TABLE report_artifacts ADD COLUMN appraisal TEXT;
