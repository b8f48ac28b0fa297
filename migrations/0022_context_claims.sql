-- A client's context folder is claimed like the ids of its sources: two clients never share one.
INSERT OR IGNORE INTO source_claims (kind, external_id, business_unit_id, client_id, claimed_at)
SELECT 'box_folder', binding.box_folder_id, binding.business_unit_id, unit.client_id, binding.updated_at
FROM context_bindings AS binding JOIN business_units AS unit USING (business_unit_id);
