-- What a unit gives back is found by the unit.
CREATE INDEX source_claims_by_unit ON source_claims (business_unit_id, kind, external_id);
