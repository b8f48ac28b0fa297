/** What staff can ask of a run in the state it is in. The run itself decides; this keeps pointless buttons away. */
import type { RunDetail, RunStatus } from "../../../src/core/wire.ts";
import type { RunVerb } from "../api.ts";

/** From where a run is made again; what lies before is taken from its journal. */
export type RestartPoint = "narrate" | "compute" | "fetch";

const ENDED: ReadonlySet<RunStatus> = new Set<RunStatus>(["accepted", "cancelled", "failed", "ignored"]);
const AGAIN: ReadonlySet<RunStatus> = new Set<RunStatus>(["failed", "cancelled", "blocked"]);
const WORKING: ReadonlySet<RunStatus> = new Set<RunStatus>([
  "ready",
  "running",
  "revision_requested",
  "revision_running",
]);

const MADE_ANEW: ReadonlySet<RunStatus> = new Set<RunStatus>(["review_ready", "failed", "blocked"]);

/** Whether nothing more happens with a run of this status. */
export function hasEnded(status: RunStatus): boolean {
  return ENDED.has(status);
}

/** The verbs that apply, most wanted first. */
export function verbsOf(run: Pick<RunDetail, "status" | "waitingOn" | "lease" | "brief" | "copy">): readonly RunVerb[] {
  if (run.copy) return [];
  const verbs: RunVerb[] = [];
  const paused = run.waitingOn?.kind === "pause";
  if (AGAIN.has(run.status)) verbs.push("retry");
  if (paused) verbs.push("resume");
  if (!ENDED.has(run.status)) verbs.push("cancel");
  if (WORKING.has(run.status) && !paused) verbs.push("pause");
  if (run.lease !== null) verbs.push("kill");
  if (MADE_ANEW.has(run.status) && run.brief !== null) verbs.push("restart");
  return verbs;
}

const ACTIONS: Readonly<Record<RunVerb, string>> = {
  cancel: "runs.steer",
  pause: "runs.steer",
  resume: "runs.steer",
  retry: "runs.steer",
  restart: "runs.steer",
  kill: "runs.kill",
};

/** What somebody has to be allowed for a verb, as the control plane checks it. */
export function actionOf(verb: RunVerb): string {
  return ACTIONS[verb];
}

/** Whether a run is in quarantine: it is begun again only by somebody who says what was mended. */
export function isQuarantined(run: Pick<RunDetail, "cause">): boolean {
  return run.cause?.code === "quarantined";
}
