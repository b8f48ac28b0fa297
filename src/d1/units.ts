/** The rows of a Business Unit in the index, written by its actor's outbox alone. */
import type { UnitProjection } from "../core/business-unit/projection.ts";
import { nameKey } from "../core/ids-of-names.ts";
import { jsonParts } from "./limits.ts";

/** A list in parts that D1 takes; one for an empty list, which removes what is there. */
function inParts(list: readonly unknown[]): readonly string[] {
  const parts = [...jsonParts(list)].map(({ json }) => json);
  return parts.length === 0 ? ["[]"] : parts;
}

/** True while the row is that of the version these rows belong to: what is late changes nothing. */
const OURS = "EXISTS (SELECT 1 FROM business_units WHERE business_unit_id = ?1 AND version = ?2)";

/**
 * Writes a unit's row and everything that hangs on it, in one batch, so that no reader meets a half of it. Guarded by the
 * actor's version: an older one never takes the place of a newer one.
 */
export async function projectUnit(database: D1Database, projection: UnitProjection): Promise<void> {
  const { record } = projection;
  const id = record.businessUnitId;
  const own = (sql: string, ...more: readonly (string | null)[]) =>
    database.prepare(sql).bind(id, record.version, ...more);
  await database.batch([
    unitRow(database, projection),
    ...sourceRows(own, projection),
    ...roleRows(own, projection),
    ...contextRows(own, projection),
    ...settingRows(own, projection),
    ...surfaceRows(own, projection),
    ...grantRows(own, projection),
    ...inParts(projection.edits).map((edits) => editRows(database, id, edits)),
    ...inParts(projection.refreshes).map((refreshes) => refreshRows(own, refreshes)),
  ]);
}

type Own = (sql: string, ...more: readonly (string | null)[]) => D1PreparedStatement;

function unitRow(database: D1Database, projection: UnitProjection): D1PreparedStatement {
  const { record } = projection;
  return database
    .prepare(
      `INSERT INTO business_units (business_unit_id, client_id, name, time_zone, currency, brand_terms, page_groups,
         created_at, slug, version, archived_at, record, wake_at, name_key)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (business_unit_id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone,
         created_at = excluded.created_at, currency = excluded.currency, brand_terms = excluded.brand_terms, page_groups = excluded.page_groups,
         slug = excluded.slug, version = excluded.version, archived_at = excluded.archived_at,
         record = excluded.record, wake_at = excluded.wake_at, name_key = excluded.name_key
       WHERE business_units.version <= excluded.version`,
    )
    .bind(
      record.businessUnitId,
      record.clientId,
      record.name,
      record.timeZone,
      record.currency,
      JSON.stringify(projection.brandTerms),
      JSON.stringify(projection.pageGroups),
      record.createdAt,
      record.slug,
      record.version,
      record.archivedAt,
      JSON.stringify(record),
      projection.wakeAt,
      nameKey(record.name),
    );
}

function sourceRows(own: Own, { record }: UnitProjection): readonly D1PreparedStatement[] {
  const sources = JSON.stringify(record.sources);
  return [
    own(
      `DELETE FROM source_assets WHERE business_unit_id = ?1 AND ${OURS}
         AND kind NOT IN (SELECT value ->> 'kind' FROM json_each(?3))`,
      sources,
    ),
    own(
      `INSERT INTO source_assets (business_unit_id, kind, external_id, created_at, label, tested)
       SELECT ?1, value ->> 'kind', value ->> 'externalId', ?4, value ->> 'label', value ->> 'tested'
       FROM json_each(?3) WHERE ${OURS}
       ON CONFLICT (business_unit_id, kind) DO UPDATE SET external_id = excluded.external_id,
         created_at = excluded.created_at, label = excluded.label, tested = excluded.tested`,
      sources,
      record.createdAt,
    ),
  ];
}

/** A role of somebody who is not in the index is left out: the row would name nobody. */
function roleRows(own: Own, { record }: UnitProjection): readonly D1PreparedStatement[] {
  const users = JSON.stringify(record.users);
  return [
    own(
      `DELETE FROM business_unit_roles WHERE business_unit_id = ?1 AND ${OURS}
         AND user_id NOT IN (SELECT value ->> 'userId' FROM json_each(?3))`,
      users,
    ),
    own(
      `INSERT INTO business_unit_roles (business_unit_id, user_id, role)
       SELECT ?1, value ->> 'userId', value ->> 'role' FROM json_each(?3)
       WHERE ${OURS} AND value ->> 'userId' IN (SELECT user_id FROM staff_users)
       ON CONFLICT (business_unit_id, user_id) DO UPDATE SET role = excluded.role`,
      users,
    ),
  ];
}

function contextRows(own: Own, { record }: UnitProjection): readonly D1PreparedStatement[] {
  if (record.context === null) return [own(`DELETE FROM context_bindings WHERE business_unit_id = ?1 AND ${OURS}`)];
  const { boxFolderId, boxFolderName } = record.context;
  return [
    own(
      `INSERT INTO context_bindings (business_unit_id, box_folder_id, box_folder_name, updated_at)
       SELECT ?1, ?3, ?4, ?5 WHERE ${OURS}
       ON CONFLICT (business_unit_id) DO UPDATE SET box_folder_id = excluded.box_folder_id,
         box_folder_name = excluded.box_folder_name, updated_at = excluded.updated_at`,
      boxFolderId,
      boxFolderName,
      record.createdAt,
    ),
  ];
}

function settingRows(own: Own, { record }: UnitProjection): readonly D1PreparedStatement[] {
  const settings = JSON.stringify(record.settings);
  return [
    own(
      `DELETE FROM business_unit_settings WHERE business_unit_id = ?1 AND ${OURS} AND (kind, effective_from) NOT IN
         (SELECT value ->> 'kind', value ->> 'effectiveFrom' FROM json_each(?3))`,
      settings,
    ),
    own(
      `INSERT INTO business_unit_settings (business_unit_id, kind, effective_from, value, version)
       SELECT ?1, value ->> 'kind', value ->> 'effectiveFrom', value -> 'value', value ->> 'version'
       FROM json_each(?3) WHERE ${OURS}
       ON CONFLICT (business_unit_id, kind, effective_from) DO UPDATE SET value = excluded.value,
         version = excluded.version`,
      settings,
    ),
  ];
}

/** The surface, and the products a unit's data is subscribed to. */
function surfaceRows(own: Own, { record, surfaceCreatedAt }: UnitProjection): readonly D1PreparedStatement[] {
  const subscribed = own(
    `INSERT OR IGNORE INTO subscription_data_views (business_unit_id, product_id, created_at)
     SELECT ?1, product_id, ?3 FROM data_products WHERE ${OURS}`,
    record.createdAt,
  );
  if (record.surface === null) return [subscribed];
  const { surfaceId, state } = record.surface;
  const surface = own(
    `INSERT INTO dashboard_surface_configurations (surface_id, business_unit_id, slug, audience, state, created_at, version)
     SELECT ?3, ?1, ?4, 'staff_preview', ?5, ?6, ?2 WHERE ${OURS}
     ON CONFLICT (business_unit_id) DO UPDATE SET state = excluded.state, version = excluded.version`,
    surfaceId,
    record.slug,
    state,
    surfaceCreatedAt,
  );
  return [subscribed, surface];
}

/** Who may read for what; one that is there stays as it was given. */
function grantRows(own: Own, { record }: UnitProjection): readonly D1PreparedStatement[] {
  const grants = JSON.stringify(record.grants);
  return [
    own(
      `DELETE FROM dashboard_access_grants WHERE business_unit_id = ?1 AND ${OURS} AND (agent, purpose) NOT IN
         (SELECT value ->> 'agent', value ->> 'purpose' FROM json_each(?3))`,
      grants,
    ),
    own(
      `INSERT INTO dashboard_access_grants (business_unit_id, agent, purpose, granted_by, granted_at)
       SELECT ?1, value ->> 'agent', value ->> 'purpose', value ->> 'grantedBy', value ->> 'grantedAt'
       FROM json_each(?3) WHERE ${OURS}
       ON CONFLICT (business_unit_id, agent, purpose) DO UPDATE SET granted_by = excluded.granted_by,
         granted_at = excluded.granted_at`,
      grants,
    ),
  ];
}

/** Entries of the history never change: one that is there stays as it is. */
function editRows(database: D1Database, id: string, edits: string): D1PreparedStatement {
  return database
    .prepare(
      `INSERT OR IGNORE INTO admin_edit_history
         (edit_id, field, scope, scope_id, version, at, edited_by, reason, before, after, restores)
       SELECT value ->> 'editId', value ->> 'field', 'business_unit', ?1, value ->> 'version', value ->> 'at',
         value ->> 'by', value ->> 'reason', nullif(value -> 'before', 'null'), nullif(value -> 'after', 'null'),
         value ->> 'restores'
       FROM json_each(?2)`,
    )
    .bind(id, edits);
}

function refreshRows(own: Own, refreshes: string): D1PreparedStatement {
  return own(
    `INSERT INTO ingestion_runs (ingestion_run_id, business_unit_id, version, kind, status, requested_by, range_start,
       range_end, record, started_at, finished_at)
     SELECT value ->> 'ingestionRunId', ?1, ?2, value ->> 'kind', value ->> 'status', value ->> 'requestedBy',
       value ->> '$.range.start', value ->> '$.range.end', value, value ->> 'requestedAt', value ->> 'finishedAt'
     FROM json_each(?3) WHERE true
     ON CONFLICT (ingestion_run_id) DO UPDATE SET version = excluded.version, status = excluded.status,
       record = excluded.record, finished_at = excluded.finished_at
     WHERE ingestion_runs.version <= excluded.version`,
    refreshes,
  );
}
