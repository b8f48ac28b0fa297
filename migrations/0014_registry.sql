-- Names are compared however they are spelt.
CREATE INDEX clients_by_any_name ON clients (name COLLATE NOCASE);
CREATE INDEX business_units_by_any_name ON business_units (name COLLATE NOCASE);
CREATE INDEX staff_users_by_agency_role ON staff_users (agency_role) WHERE agency_role IS NOT NULL;
