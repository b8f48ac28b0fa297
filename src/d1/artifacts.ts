/** The artifact registry: artifacts with their files, provenance and rounds. Bytes are in R2. */
import { type SqlBool, sql } from "kysely";
import * as v from "valibot";
import type { FeedbackRound, RunArtifact, RunState } from "../core/run/types.ts";
import { type Artifact, ArtifactSchema } from "../core/wire.ts";
import { parseRow } from "../lib/rows.ts";
import { type Position, toCursor } from "./cursor.ts";
import type { Index } from "./schema.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/**
 * Writes everything a run has produced. Each row is an upsert guarded by the run's version, so a late or repeated
 * write changes nothing.
 */
export async function registerArtifacts(index: Index, state: RunState): Promise<void> {
  const { brief } = state;
  if (brief === null) return;
  for (const artifact of state.artifacts) {
    await writeArtifact(index, state, artifact, brief);
    await writeFiles(index, artifact);
    await writeProvenance(index, artifact);
  }
  for (const round of state.rounds) await writeRound(index, state, round);
}

async function writeArtifact(
  index: Index,
  state: RunState,
  artifact: RunArtifact,
  brief: NonNullable<RunState["brief"]>,
): Promise<void> {
  const row = {
    artifact_id: artifact.artifactId,
    run_id: state.runId,
    task_gid: state.taskGid,
    business_unit_id: brief.businessUnitId,
    client_name: brief.clientName,
    skill: brief.skill,
    version: artifact.version,
    lifecycle: artifact.lifecycle,
    sha256: artifact.sha256,
    supersedes: artifact.supersedes,
    narrator: artifact.narrator,
    answer: JSON.stringify(artifact.answer),
    period_start: brief.periods.primary.start,
    period_end: brief.periods.primary.end,
    created_at: new Date(artifact.createdAt).toISOString(),
    accepted_at: iso(artifact.acceptedAt),
    accepted_by: artifact.acceptedBy,
    run_version: state.version,
  };
  await index
    .insertInto("report_artifacts")
    .values(row)
    .onConflict((conflict) =>
      conflict.column("artifact_id").doUpdateSet(row).where("report_artifacts.run_version", "<=", state.version),
    )
    .execute();
}

async function writeFiles(index: Index, artifact: RunArtifact): Promise<void> {
  for (const file of artifact.files) {
    await index
      .insertInto("report_artifact_files")
      .values({
        artifact_id: artifact.artifactId,
        file_id: file.fileId,
        name: file.name,
        media_type: file.mediaType,
        role: file.role,
        bytes: file.bytes,
        sha256: file.sha256,
        object_key: file.objectKey,
        asana_attachment_gid: file.attachmentGid,
      })
      .onConflict((conflict) => conflict.columns(["artifact_id", "file_id"]).doNothing())
      .execute();
  }
}

async function writeProvenance(index: Index, artifact: RunArtifact): Promise<void> {
  for (const channel of artifact.provenance) {
    await index
      .insertInto("report_channel_provenance")
      .values({
        artifact_id: artifact.artifactId,
        channel: channel.channel,
        status: channel.status,
        detail: channel.detail,
        external_id: channel.externalId,
        period_start: channel.periodStart,
        period_end: channel.periodEnd,
        fetched_at: channel.fetchedAt,
        row_count: channel.rowCount,
        snapshot_keys: JSON.stringify(channel.snapshotKeys),
      })
      .onConflict((conflict) => conflict.columns(["artifact_id", "channel"]).doNothing())
      .execute();
  }
}

async function writeRound(index: Index, state: RunState, round: FeedbackRound): Promise<void> {
  const row = {
    round_id: round.roundId,
    run_id: state.runId,
    artifact_id: round.artifactId,
    n: round.n,
    kind: round.kind,
    opened_at: new Date(round.openedAt).toISOString(),
    closed_at: iso(round.closedAt),
    round: JSON.stringify(round),
    run_version: state.version,
  };
  await index
    .insertInto("report_revision_rounds")
    .values(row)
    .onConflict((conflict) =>
      conflict.column("round_id").doUpdateSet(row).where("report_revision_rounds.run_version", "<=", state.version),
    )
    .execute();
}

export interface ArtifactFilter {
  readonly businessUnitId: string | null;
  readonly skill: string | null;
  readonly lifecycle: string | null;
  readonly taskGid: string | null;
  readonly q: string | null;
  readonly after: Position | null;
  readonly limit: number;
}

/** An artifact of the registry, with what a list shows beside the artifact itself. */
export type RegisteredArtifact = Artifact & {
  readonly clientName: string;
  readonly businessUnitId: string;
  readonly skill: string;
  readonly periodStart: string;
  readonly periodEnd: string;
};

/** One page of artifacts, newest first. */
export async function listArtifacts(
  index: Index,
  filter: ArtifactFilter,
): Promise<{ items: RegisteredArtifact[]; nextCursor: string | null }> {
  let query = index.selectFrom("report_artifacts").selectAll();
  if (filter.businessUnitId !== null) query = query.where("business_unit_id", "=", filter.businessUnitId);
  if (filter.skill !== null) query = query.where("skill", "=", filter.skill);
  if (filter.lifecycle !== null) query = query.where("lifecycle", "=", filter.lifecycle);
  if (filter.taskGid !== null) query = query.where("task_gid", "=", filter.taskGid);
  if (filter.q !== null) {
    const pattern = `%${filter.q.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    query = query.where(
      sql<SqlBool>`(client_name LIKE ${pattern} ESCAPE '\\' OR artifact_id LIKE ${pattern} ESCAPE '\\')`,
    );
  }
  const { after } = filter;
  if (after !== null) query = query.where(sql<SqlBool>`(created_at, artifact_id) < (${after.at}, ${after.id})`);
  const rows = await query
    .orderBy("created_at", "desc")
    .orderBy("artifact_id", "desc")
    .limit(filter.limit + 1)
    .execute();
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const items = await Promise.all(page.map((row) => assembled(index, row)));
  return {
    items,
    nextCursor:
      rows.length > filter.limit && last !== undefined ? toCursor({ at: last.created_at, id: last.artifact_id }) : null,
  };
}

/** One artifact with files and provenance; null when there is none. */
export async function findArtifact(index: Index, artifactId: string): Promise<RegisteredArtifact | null> {
  const row = await index
    .selectFrom("report_artifacts")
    .selectAll()
    .where("artifact_id", "=", artifactId)
    .executeTakeFirst();
  return row === undefined ? null : assembled(index, row);
}

interface ArtifactRow {
  readonly artifact_id: string;
  readonly run_id: string;
  readonly task_gid: string;
  readonly business_unit_id: string;
  readonly client_name: string;
  readonly skill: string;
  readonly version: number;
  readonly lifecycle: string;
  readonly sha256: string;
  readonly supersedes: string | null;
  readonly narrator: string;
  readonly answer: string;
  readonly period_start: string;
  readonly period_end: string;
  readonly created_at: string;
  readonly accepted_at: string | null;
  readonly accepted_by: string | null;
}

async function assembled(index: Index, row: ArtifactRow): Promise<RegisteredArtifact> {
  const [files, provenance] = await Promise.all([
    index
      .selectFrom("report_artifact_files")
      .selectAll()
      .where("artifact_id", "=", row.artifact_id)
      .orderBy("file_id")
      .execute(),
    index
      .selectFrom("report_channel_provenance")
      .selectAll()
      .where("artifact_id", "=", row.artifact_id)
      .orderBy("channel")
      .execute(),
  ]);
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
    },
    "artifact",
  );
  return {
    ...artifact,
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
