/** Tables of the cross-actor indexes as kysely sees them; `migrations/` is their definition. */
import { type Generated, Kysely, SqliteAdapter } from "kysely";
import { D1Dialect } from "kysely-d1";
import type { DataPlaneTables } from "./schema-data-plane.ts";

export interface Tables extends DataPlaneTables {
  clients: {
    client_id: string;
    name: string;
    /** The name as it is compared; null on a row from before there were such keys. */
    name_key: string | null;
    created_at: string;
    slug: string | null;
    version: Generated<number>;
    archived_at: string | null;
  };
  business_units: {
    business_unit_id: string;
    client_id: string;
    name: string;
    time_zone: string;
    currency: string;
    brand_terms: string;
    page_groups: string;
    created_at: string;
    slug: string | null;
    /** Of the Business Unit's actor; 0 for a row that was seeded before it had one. */
    version: Generated<number>;
    archived_at: string | null;
    record: string | null;
    wake_at: string | null;
    name_key: string | null;
    visit_at: Generated<string>;
  };
  staff_users: {
    user_id: string;
    name: string;
    email: string;
    asana_user_gid: string | null;
    /** `admin`: may steer runs of every Business Unit. */
    agency_role: string | null;
    created_at: string;
    version: Generated<number>;
    archived_at: string | null;
  };
  business_unit_roles: { business_unit_id: string; user_id: string; role: string };
  source_assets: {
    business_unit_id: string;
    kind: string;
    external_id: string;
    created_at: string;
    label: string | null;
    tested: string | null;
  };
  team_agent_runs: {
    run_id: string;
    task_gid: string;
    version: number;
    status: string;
    skill: string | null;
    business_unit_id: string | null;
    client_name: string | null;
    title: string;
    requester: string | null;
    summary: string;
    created_at: string;
    updated_at: string;
    wake_at: string | null;
    cause_code: string | null;
    waiting_kind: string | null;
    parked: number;
    visit_at: string | null;
  };
  holds: {
    hold_id: string;
    scope: string;
    value: string;
    reason: string;
    created_by: string;
    created_at: string;
  };
  incidents: {
    fingerprint: string;
    code: string;
    skill: string;
    upstream: string;
    settled_at: string;
    task_gid: string | null;
    task_url: string | null;
    told: number;
    claim: string | null;
    claimed_until: string | null;
  };
  incident_occurrences: { run_id: string; seq: number; fingerprint: string; at: string };
  platform_build_runs: {
    run_id: string;
    task_gid: string;
    version: number;
    status: string;
    title: string;
    created_at: string;
    updated_at: string;
  };
  report_artifacts: {
    artifact_id: string;
    run_id: string;
    task_gid: string;
    business_unit_id: string;
    client_name: string;
    skill: string;
    version: number;
    lifecycle: string;
    sha256: string;
    supersedes: string | null;
    narrator: string;
    answer: string;
    period_start: string;
    period_end: string;
    created_at: string;
    accepted_at: string | null;
    accepted_by: string | null;
    run_version: number;
    appraisal: string | null;
  };
  report_artifact_files: {
    artifact_id: string;
    file_id: string;
    name: string;
    media_type: string;
    role: string;
    bytes: number;
    sha256: string;
    object_key: string;
    asana_attachment_gid: string | null;
  };
  report_channel_provenance: {
    artifact_id: string;
    channel: string;
    status: string;
    detail: string;
    external_id: string | null;
    period_start: string;
    period_end: string;
    fetched_at: string | null;
    row_count: number;
    snapshot_keys: string;
  };
  report_revision_rounds: {
    round_id: string;
    run_id: string;
    artifact_id: string;
    n: number;
    kind: string | null;
    opened_at: string;
    closed_at: string | null;
    round: string;
    run_version: number;
  };
  saved_views: { view_id: string; owner: string; name: string; query: string; created_at: string };
  dead_letters: {
    dead_letter_id: string;
    queue: string;
    reason: string;
    body: string;
    received_at: string;
    replayed_at: string | null;
    replayed_by: string | null;
    replay_reason: string | null;
    claimed_at: string | null;
  };
  asana_webhooks: {
    registration_id: string;
    project_gid: string;
    target: string;
    state: string;
    webhook_gid: string | null;
    secret: string | null;
    requested_at: string;
    problem: string | null;
    checked_at: string | null;
    last_success_at: string | null;
    last_failure_at: string | null;
    last_failure_content: string | null;
    retry_count: number;
    deletion_at: string | null;
    last_delivery_at: string | null;
  };
  asana_event_streams: {
    project_gid: string;
    sync: string | null;
    synced_at: string | null;
    compared_at: string | null;
    problem: string | null;
  };
}

export type Index = Kysely<Tables>;

/**
 * Every query of D1 is a call of its own. The builder takes it for one SQLite connection and lets one query at a time
 * pass, whoever asks: a request that dies in its query would then hold up all others of the isolate for good, and an
 * actor would be woken by the I/O of another, which the runtime forbids.
 */
class ManyAtOnce extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class IndexDialect extends D1Dialect {
  override createAdapter(): SqliteAdapter {
    return new ManyAtOnce();
  }
}

/** A query builder is dear to make and holds nothing of a request. */
const opened = new WeakMap<D1Database, Index>();

/** Query builder over a D1 binding. */
export function openIndex(database: D1Database): Index {
  const known = opened.get(database);
  if (known !== undefined) return known;
  const index = new Kysely<Tables>({ dialect: new IndexDialect({ database }) });
  opened.set(database, index);
  return index;
}
