/**
 * What each table of D1 is, in the word its entry in `docs/storage.md` begins with. `copy`: of what actors hold, written anew by
 * the reprojection, row for row. `truth`: there is no other. `note`: of something outside, made again by whoever noted it.
 */
export const INDEX_TABLES = {
  clients: "truth",
  business_units: "copy",
  source_assets: "copy",
  context_bindings: "copy",
  business_unit_settings: "copy",
  business_unit_roles: "copy",
  subscription_data_views: "copy",
  dashboard_surface_configurations: "copy",
  dashboard_access_grants: "copy",
  ingestion_runs: "copy",
  source_claims: "copy",
  refresh_fences: "copy",
  // Of Business Units; the lines about clients and staff are the truth.
  admin_edit_history: "copy",
  team_agent_runs: "copy",
  team_agent_runs_text: "copy",
  report_artifacts: "copy",
  report_artifacts_text: "copy",
  report_artifact_files: "copy",
  report_channel_provenance: "copy",
  report_revision_rounds: "copy",
  platform_build_runs: "note",
  client_visible_tasks: "note",
  data_products: "truth",
  raw_source_snapshots: "truth",
  current_client_facts: "truth",
  client_fact_versions: "truth",
  fact_restatements: "truth",
  restatement_marks: "truth",
  agent_data_access_logs: "truth",
  staff_users: "truth",
  holds: "truth",
  saved_views: "truth",
  incidents: "truth",
  incident_occurrences: "truth",
  dead_letters: "truth",
  asana_webhooks: "truth",
  asana_event_streams: "truth",
} as const satisfies Readonly<Record<string, "copy" | "truth" | "note">>;

/** Columns that say when a row was written and not what it is a copy of, so they are others afterwards. */
export const OF_THE_WRITING: Readonly<Record<string, readonly string[]>> = {
  // The sweep's own note.
  team_agent_runs: ["visit_at"],
  business_units: ["visit_at"],
  // As of which version of its Business Unit the row was written.
  ingestion_runs: ["version"],
  // When the id was taken; taken anew.
  source_claims: ["claimed_at"],
};
