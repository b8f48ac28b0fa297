-- Names are compared in any alphabet's small letters; SQLite knows those of ASCII alone. Written with each change of a name.
ALTER TABLE clients ADD COLUMN name_key TEXT;
ALTER TABLE business_units ADD COLUMN name_key TEXT;
UPDATE clients SET name_key = lower(name);
UPDATE business_units SET name_key = lower(name);
CREATE INDEX clients_by_name_key ON clients (name_key);
CREATE INDEX business_units_by_name_key ON business_units (name_key);
-- Who else has a folder is found by the folder.
CREATE INDEX context_bindings_by_folder ON context_bindings (box_folder_id);
