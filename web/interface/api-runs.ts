/** Calls of a run's page beyond the verbs every page shares. */
import * as v from "valibot";
import { type VersionChanges, VersionChangesSchema } from "../../src/core/wire-versions.ts";
import type { Api, Reply } from "./api.ts";

/** An answer, and the question it was meant for. */
export interface GivenAnswer {
  readonly text: string;
  readonly to: string;
}

/** Answers what a run asks. What becomes of it comes over the live socket. */
export async function answerRun(api: Api, runId: string, answer: GivenAnswer): Promise<Reply<null>> {
  const path = `/api/team-agent-runs/${encodeURIComponent(runId)}/answer`;
  const reply = await api.send(path, "POST", answer, v.object({ status: v.literal("accepted") }));
  return reply.ok ? { ok: true, value: null } : reply;
}

/** What changed between a version of a report and the one before it. */
export function versionChanges(api: Api, artifactId: string): Promise<Reply<VersionChanges>> {
  return api.get(`/api/report-artifacts/${encodeURIComponent(artifactId)}/changes`, VersionChangesSchema);
}
