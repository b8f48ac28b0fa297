/**
 * What people decide about a report outside its review: that it no longer counts, or whether it may be used again. It
 * lies over the lifecycle, so that a version made or accepted later finds the lifecycle as the review left it.
 */
import type { AppraisalAct, Artifact } from "../wire-artifact.ts";
import { type Decision, events, type RunCommand, refused } from "./commands.ts";
import type { EventOf } from "./events.ts";
import { isTerminal } from "./queries.ts";
import type { Appraisal, Instant, RunArtifact, RunState } from "./types.ts";

const NOTHING_SAID: Appraisal = { dismissed: null, reuse: null };

/** The lifecycle as people see it. */
export function lifecycleOf(artifact: RunArtifact): Artifact["lifecycle"] {
  return (artifact.appraisal?.dismissed ?? null) === null ? artifact.lifecycle : "dismissed";
}

/** Writes the act down, or says why it does not apply. */
export function decideAppraise(state: RunState, command: Extract<RunCommand, { type: "appraise" }>): Decision {
  const { artifactId, act, by, reason, version } = command;
  const artifact = state.artifacts.find((one) => one.artifactId === artifactId);
  if (artifact === undefined) return refused("no_such_artifact", "This run made no such report.");
  if (version !== null && version !== state.registryVersion)
    return refused("stale_write", "The report has changed since you looked at it.");
  const why = obstacle(state, artifact, act);
  return why === null
    ? events({ type: "artifact.appraised", artifactId, act, by, reason })
    : refused("wrong_state", why);
}

/** Why an act does not apply to a report; null when it does. */
function obstacle(state: RunState, artifact: RunArtifact, act: AppraisalAct): string | null {
  const { dismissed, reuse } = artifact.appraisal ?? NOTHING_SAID;
  switch (act) {
    case "dismiss":
      if (dismissed !== null) return `${dismissed.by} has dismissed this report already.`;
      // Two answers to one question: the review on the task decides first.
      return artifact.lifecycle === "in_review" && !isTerminal(state.status)
        ? "This report is in review: accept it, ask for a change or stop the run instead."
        : null;
    case "reinstate":
      return dismissed === null ? "This report is not dismissed." : null;
    case "mark_reusable":
      if (lifecycleOf(artifact) !== "accepted") return "Only an accepted report can be used again.";
      return reuse?.reusable === true ? `${reuse.by} has marked this report as reusable already.` : null;
    case "mark_not_reusable":
      return reuse?.reusable === false ? `${reuse.by} has marked this report as not reusable already.` : null;
    case "unmark":
      return reuse === null ? "Nobody has said whether this report may be used again." : null;
  }
}

/** The report after the act. */
export function appraised(artifact: RunArtifact, event: EventOf<"artifact.appraised">, at: Instant): RunArtifact {
  const { act, by, reason } = event;
  const before = artifact.appraisal ?? NOTHING_SAID;
  const word = { by, reason, at };
  switch (act) {
    case "dismiss":
      return { ...artifact, appraisal: { ...before, dismissed: word } };
    case "reinstate":
      return { ...artifact, appraisal: { ...before, dismissed: null } };
    case "mark_reusable":
    case "mark_not_reusable":
      return { ...artifact, appraisal: { ...before, reuse: { ...word, reusable: act === "mark_reusable" } } };
    case "unmark":
      return { ...artifact, appraisal: { ...before, reuse: null } };
  }
}

/** The report as an acceptance finds it: whoever accepts it takes back that it was dismissed. */
export function undismissed(artifact: RunArtifact): RunArtifact {
  return artifact.appraisal === undefined
    ? artifact
    : { ...artifact, appraisal: { ...artifact.appraisal, dismissed: null } };
}

/** One line for the timeline. */
export function appraisalLine({ act, by, reason, artifactId }: EventOf<"artifact.appraised">): string {
  const done: Readonly<Record<AppraisalAct, string>> = {
    dismiss: `dismissed report ${artifactId}`,
    reinstate: `reinstated report ${artifactId}`,
    mark_reusable: `marked report ${artifactId} as reusable`,
    mark_not_reusable: `marked report ${artifactId} as not reusable`,
    unmark: `took back the word on reuse of report ${artifactId}`,
  };
  return `${by} ${done[act]}: ${reason}`;
}
