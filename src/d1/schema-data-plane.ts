/** Tables of the Admin Registry and the Client Data Plane as kysely sees them; `migrations/0011_client_data_plane.sql` is their definition. */
import type { Generated } from "kysely";

export interface DataPlaneTables {
  source_claims: {
    kind: string;
    external_id: string;
    business_unit_id: string;
    client_id: string;
    claimed_at: string;
  };
  context_bindings: {
    business_unit_id: string;
    box_folder_id: string;
    box_folder_name: string | null;
    updated_at: string;
  };
  business_unit_settings: {
    business_unit_id: string;
    kind: string;
    effective_from: string;
    value: string;
    version: number;
  };
  admin_edit_history: {
    edit_id: string;
    field: string;
    scope: string;
    scope_id: string;
    version: number;
    at: string;
    edited_by: string;
    reason: string;
    before: string | null;
    after: string | null;
    restores: string | null;
  };
  data_products: {
    product_id: string;
    name: string;
    description: string;
  };
  subscription_data_views: {
    business_unit_id: string;
    product_id: string;
    created_at: string;
  };
  dashboard_surface_configurations: {
    surface_id: string;
    business_unit_id: string;
    slug: string;
    audience: string;
    state: string;
    created_at: string;
    version: number;
  };
  dashboard_access_grants: {
    business_unit_id: string;
    agent: string;
    purpose: string;
    granted_by: string;
    granted_at: string;
  };
  ingestion_runs: {
    ingestion_run_id: string;
    business_unit_id: string;
    version: number;
    kind: string;
    status: string;
    requested_by: string;
    range_start: string;
    range_end: string;
    record: string;
    started_at: string;
    finished_at: string | null;
  };
  refresh_fences: {
    business_unit_id: string;
    epoch: number;
  };
  raw_source_snapshots: {
    snapshot_key: string;
    business_unit_id: string;
    source: string;
    external_id: string;
    query: string;
    page: number;
    range_start: string;
    range_end: string;
    sha256: string;
    bytes: number;
    stored_bytes: number;
    row_count: number;
    capped: number;
    fetched_at: string;
    ingestion_run_id: string;
  };
  current_client_facts: {
    fact_id: string;
    business_unit_id: string;
    metric: string;
    grain: string;
    period_start: string;
    period_end: string;
    dimension: string;
    member: string;
    state: string;
    value: number | null;
    reason: string | null;
    unit: string;
    currency: string | null;
    time_zone: string;
    source: string;
    external_id: string;
    maturity: string;
    definition: string;
    transform: string;
    version: number;
    ingestion_run_id: string;
    lineage: string;
    caveats: string;
    fixture: number;
    recorded_at: string;
  };
  client_fact_versions: {
    fact_id: string;
    version: number;
    state: string;
    value: number | null;
    reason: string | null;
    unit: Generated<string>;
    currency: string | null;
    time_zone: Generated<string>;
    external_id: Generated<string>;
    maturity: string;
    definition: string;
    transform: string;
    ingestion_run_id: string;
    lineage: string;
    caveats: string;
    recorded_at: string;
  };
  fact_restatements: {
    fact_id: string;
    version: number;
    business_unit_id: string;
    metric: string;
    period_start: string;
    period_end: string;
    before_state: string;
    before_value: number | null;
    after_state: string;
    after_value: number | null;
    ingestion_run_id: string;
    recorded_at: string;
  };
  restatement_marks: {
    fact_id: string;
    version: number;
    used_by: string;
    used_id: string;
  };
  client_visible_tasks: {
    business_unit_id: string;
    task_gid: string;
    name: string;
    section: string | null;
    due_on: string | null;
    completed_at: string | null;
    permalink: string | null;
    ingestion_run_id: string;
  };
  agent_data_access_logs: {
    log_id: string;
    at: string;
    reader_kind: string;
    reader: string;
    purpose: string;
    business_unit_id: string;
    what: string;
    metric: string | null;
    period_start: string | null;
    period_end: string | null;
    fact_count: number;
    outcome: string;
  };
}
