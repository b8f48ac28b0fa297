/** What changed between a report and the version before it, from the evidence of both. */
import { changesBetween } from "../core/evidence/compare.ts";
import { type EvidenceReading, readEvidence } from "../core/evidence/schema.ts";
import { artifactIdOf } from "../core/ids.ts";
import type { VersionChanges } from "../core/wire-versions.ts";
import { findArtifact, findFile } from "../d1/artifacts.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";

/** Characters of an evidence file that are read; a large report's has some two million. */
const MOST_CHARS = 16_000_000;

export async function getVersionChanges(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const artifact = await findArtifact(deps.index, request.params.artifactId ?? "");
  if (artifact === null) return problem(404, "no_such_artifact", "There is no such report.");
  if (artifact.version < 2) return problem(404, "first_version", "This is the first version; nothing was before it.");
  const earlier = artifactIdOf(artifact.taskGid, artifact.version - 1);
  // Of the same run, and yet perhaps of a client whom the reader of this one may not see.
  const unit = (await findArtifact(deps.index, earlier))?.businessUnitId;
  if (unit !== undefined && unit !== artifact.businessUnitId)
    return problem(404, "other_client", "The version before is about another client; they are not compared.");
  // One after the other: two at once would be twice the memory.
  const before = await evidenceOf(deps, earlier);
  const after = await evidenceOf(deps, artifact.artifactId);
  if (!before.ok) return unreadable(artifact.version - 1, before.problem);
  if (!after.ok) return unreadable(artifact.version, after.problem);
  return json(changesBetween(before.evidence, after.evidence) satisfies VersionChanges);
}

function unreadable(version: number, why: string): Response {
  return problem(409, "evidence_missing", `The evidence of version ${version} cannot be compared: ${why}.`);
}

/** The evidence a report was registered with. */
async function evidenceOf(deps: HttpDeps, artifactId: string): Promise<EvidenceReading> {
  const artifact = await findArtifact(deps.index, artifactId);
  const named = artifact?.files.find(({ role }) => role === "evidence");
  const file = named === undefined ? null : await findFile(deps.index, artifactId, named.fileId);
  if (file === null || (named?.bytes ?? 0) > MOST_CHARS)
    return { ok: false, problem: file === null ? "it is not registered" : "it is too large" };
  const body = await deps.blob(file.objectKey);
  if (body === null) return { ok: false, problem: "its bytes are gone" };
  return readEvidence(await new Response(body).text());
}
