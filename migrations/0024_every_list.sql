-- Every query that reads more than one row reads an index, small as its table may be.
CREATE INDEX holds_newest ON holds (created_at DESC, hold_id);
CREATE INDEX asana_webhooks_newest ON asana_webhooks (requested_at DESC);
CREATE INDEX asana_webhooks_by_state ON asana_webhooks (state, requested_at);
CREATE INDEX business_unit_roles_by_role ON business_unit_roles (role, user_id, business_unit_id);
