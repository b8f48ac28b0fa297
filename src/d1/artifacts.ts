/** The artifact registry: artifacts with their files, provenance and rounds. Bytes are in R2. */
import { sql } from "kysely";
import * as v from "valibot";
import { reuseOf } from "../core/reuse.ts";
import { ArtifactSchema } from "../core/wire-artifact.ts";
import type { Report } from "../core/wire-reports.ts";
import { parseRow } from "../lib/rows.ts";
import { type ArtifactFilter, artifactConditions, artifactOrder, artifactSource, standing } from "./artifact-filter.ts";
import { toCursor } from "./cursor.ts";
import type { Index, Tables } from "./schema.ts";

/** One page of artifacts, newest first. */
export async function listArtifacts(
  index: Index,
  filter: ArtifactFilter,
): Promise<{ items: Report[]; nextCursor: string | null }> {
  const conditions = artifactConditions(filter);
  const where = conditions.length === 0 ? sql`` : sql`WHERE ${sql.join([...conditions], sql` AND `)}`;
  const { rows } = await sql<ArtifactRow>`SELECT report_artifacts.*, ${standing} FROM ${artifactSource(filter)} ${where}
    ORDER BY ${artifactOrder(filter)} LIMIT ${filter.limit + 1}`.execute(index);
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const items = await assembled(index, page);
  return {
    items,
    nextCursor:
      rows.length > filter.limit && last !== undefined ? toCursor({ at: last.created_at, id: last.artifact_id }) : null,
  };
}

/** One artifact with files and provenance; null when there is none. */
export async function findArtifact(index: Index, artifactId: string): Promise<Report | null> {
  const { rows } = await sql<ArtifactRow>`SELECT report_artifacts.*, ${standing} FROM report_artifacts
    WHERE artifact_id = ${artifactId}`.execute(index);
  const [artifact] = await assembled(index, rows);
  return artifact ?? null;
}

type ArtifactRow = Tables["report_artifacts"] & { readonly restated_at: string | null; readonly fixture: number };

/** Artifacts with what belongs to them: two queries for a whole page, whose ids stay below D1's bound parameters. */
async function assembled(index: Index, rows: readonly ArtifactRow[]): Promise<Report[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.artifact_id);
  const [files, provenance] = await Promise.all([
    index.selectFrom("report_artifact_files").selectAll().where("artifact_id", "in", ids).orderBy("file_id").execute(),
    index
      .selectFrom("report_channel_provenance")
      .selectAll()
      .where("artifact_id", "in", ids)
      .orderBy("channel")
      .execute(),
  ]);
  const own = <T extends { artifact_id: string }>(all: readonly T[], row: ArtifactRow) =>
    all.filter((one) => one.artifact_id === row.artifact_id);
  return rows.map((row) => registered(row, own(files, row), own(provenance, row)));
}

function registered(
  row: ArtifactRow,
  files: readonly Tables["report_artifact_files"][],
  provenance: readonly Tables["report_channel_provenance"][],
): Report {
  const artifact = parseRow(
    ArtifactSchema,
    {
      artifactId: row.artifact_id,
      runId: row.run_id,
      taskGid: row.task_gid,
      version: row.version,
      lifecycle: row.lifecycle,
      sha256: row.sha256,
      supersedes: row.supersedes,
      narrator: row.narrator,
      answer: v.parse(v.array(v.string()), JSON.parse(row.answer)),
      files: files.map((file) => ({
        fileId: file.file_id,
        name: file.name,
        mediaType: file.media_type,
        role: file.role,
        bytes: file.bytes,
        sha256: file.sha256,
      })),
      provenance: provenance.map((one) => ({
        channel: one.channel,
        status: one.status,
        detail: one.detail,
        externalId: one.external_id,
        periodStart: one.period_start,
        periodEnd: one.period_end,
        fetchedAt: one.fetched_at,
        rowCount: one.row_count,
      })),
      createdAt: row.created_at,
      acceptedAt: row.accepted_at,
      acceptedBy: row.accepted_by,
      registryVersion: row.run_version,
      appraisal: row.appraisal === null ? null : JSON.parse(row.appraisal),
    },
    "artifact",
  );
  const standing = { restatedAt: row.restated_at, fixture: row.fixture === 1 };
  return {
    ...artifact,
    ...standing,
    reuse: reuseOf({ ...artifact, ...standing }),
    clientName: row.client_name,
    businessUnitId: row.business_unit_id,
    skill: row.skill,
    periodStart: row.period_start,
    periodEnd: row.period_end,
  };
}

/** Where a file's bytes are; null when the artifact has no such file. */
export async function findFile(
  index: Index,
  artifactId: string,
  fileId: string,
): Promise<{ objectKey: string; name: string; mediaType: string; sha256: string } | null> {
  const row = await index
    .selectFrom("report_artifact_files")
    .select(["object_key", "name", "media_type", "sha256"])
    .where("artifact_id", "=", artifactId)
    .where("file_id", "=", fileId)
    .executeTakeFirst();
  return row === undefined
    ? null
    : { objectKey: row.object_key, name: row.name, mediaType: row.media_type, sha256: row.sha256 };
}
