/** Writes the artifact registry: rows of artifacts, files, provenance and rounds, through the owning run's outbox. */
import type { CompiledQuery } from "kysely";
import { lifecycleOf } from "../core/run/appraisal.ts";
import { subjectOf } from "../core/run/queries.ts";
import type { FeedbackRound, RunArtifact, RunState } from "../core/run/types.ts";
import { appraisalView } from "../core/run/view.ts";
import { type Index, openIndex } from "./schema.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/**
 * Writes everything a run has produced. Each row is an upsert guarded by the version of the run's last event about
 * reports or rounds, so a late or repeated write changes nothing. One batch, so that no reader meets an artifact
 * without its files.
 * @param whole the rows of older versions too, as a registry needs that lost them
 */
export async function registerArtifacts(database: D1Database, state: RunState, whole = false): Promise<void> {
  const { brief } = state;
  if (brief === null) return;
  const index = openIndex(database);
  // Files and provenance of a version never change; the older versions' were written with their own.
  const toFile = state.artifacts.slice(whole ? 0 : -1);
  const queries = [
    ...state.artifacts.map((artifact) => artifactRow(index, state, artifact, brief)),
    ...toFile.flatMap((artifact) => [...fileRows(index, artifact), ...provenanceRows(index, artifact)]),
    ...state.rounds.map((round) => roundRow(index, state, round)),
  ];
  if (queries.length === 0) return;
  await database.batch(queries.map(({ sql, parameters }) => database.prepare(sql).bind(...parameters)));
}

function artifactRow(
  index: Index,
  state: RunState,
  artifact: RunArtifact,
  brief: NonNullable<RunState["brief"]>,
): CompiledQuery {
  const about = artifact.about ?? subjectOf(brief);
  const subject = {
    business_unit_id: about.businessUnitId,
    client_name: about.clientName,
    skill: about.skill,
    period_start: about.periodStart,
    period_end: about.periodEnd,
  };
  const row = {
    artifact_id: artifact.artifactId,
    run_id: state.runId,
    task_gid: state.taskGid,
    version: artifact.version,
    lifecycle: lifecycleOf(artifact),
    sha256: artifact.sha256,
    supersedes: artifact.supersedes,
    narrator: artifact.narrator,
    answer: JSON.stringify(artifact.answer),
    created_at: new Date(artifact.createdAt).toISOString(),
    accepted_at: iso(artifact.acceptedAt),
    accepted_by: artifact.acceptedBy,
    run_version: state.registryVersion,
    appraisal: artifact.appraisal === undefined ? null : JSON.stringify(appraisalView(artifact)),
  };
  return index
    .insertInto("report_artifacts")
    .values({ ...row, ...subject })
    .onConflict((conflict) =>
      conflict
        .column("artifact_id")
        // Where the version does not say itself what it is about, its row knows better than the present brief.
        .doUpdateSet(artifact.about === undefined ? row : { ...row, ...subject })
        .where("report_artifacts.run_version", "<=", state.registryVersion),
    )
    .compile();
}

function fileRows(index: Index, artifact: RunArtifact): readonly CompiledQuery[] {
  return artifact.files.map((file) =>
    index
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
      .compile(),
  );
}

function provenanceRows(index: Index, artifact: RunArtifact): readonly CompiledQuery[] {
  return artifact.provenance.map((channel) =>
    index
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
      .compile(),
  );
}

function roundRow(index: Index, state: RunState, round: FeedbackRound): CompiledQuery {
  const row = {
    round_id: round.roundId,
    run_id: state.runId,
    artifact_id: round.artifactId,
    n: round.n,
    kind: round.kind,
    opened_at: new Date(round.openedAt).toISOString(),
    closed_at: iso(round.closedAt),
    round: JSON.stringify(round),
    run_version: state.registryVersion,
  };
  return index
    .insertInto("report_revision_rounds")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column("round_id")
        .doUpdateSet(row)
        .where("report_revision_rounds.run_version", "<=", state.registryVersion),
    )
    .compile();
}
