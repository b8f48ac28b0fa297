/** The panel's plain words for states, roles and kinds. */
import { actionName, nameOf } from "../../../src/core/names.ts";
import {
  type BudgetLine,
  type Round,
  type RunStatus,
  RunStatusSchema,
  type RunSummary,
} from "../../../src/core/wire.ts";
import type { Artifact, ArtifactFile, Provenance } from "../../../src/core/wire-artifact.ts";
import type { Hold, RunAction } from "../../../src/core/wire-ops.ts";

import { duration } from "./time.ts";

/** Which colour family a thing is shown in; never the only carrier of its meaning. */
export type Tone = "idle" | "wait" | "run" | "review" | "good" | "bad";

/** A label and its colour family. */
export interface Words {
  readonly label: string;
  readonly tone: Tone;
}

const STATUS: Readonly<Record<RunStatus, Words>> = {
  observed: { label: "Noticed", tone: "idle" },
  assessing: { label: "Reading the task", tone: "run" },
  ignored: { label: "Not for Jessie", tone: "idle" },
  blocked: { label: "Blocked", tone: "bad" },
  needs_clarification: { label: "Needs an answer", tone: "wait" },
  ready: { label: "Queued", tone: "idle" },
  running: { label: "Running", tone: "run" },
  review_ready: { label: "Ready for review", tone: "review" },
  revision_requested: { label: "Changes requested", tone: "run" },
  revision_running: { label: "Revising", tone: "run" },
  accepted: { label: "Accepted", tone: "good" },
  cancelled: { label: "Cancelled", tone: "idle" },
  failed: { label: "Failed", tone: "bad" },
};

const LIFECYCLE: Readonly<Record<Artifact["lifecycle"], Words>> = {
  in_review: { label: "In review", tone: "review" },
  accepted: { label: "Accepted", tone: "good" },
  superseded: { label: "Superseded", tone: "idle" },
  dismissed: { label: "Dismissed", tone: "idle" },
};

const SOURCE: Readonly<Record<Provenance["status"], Words>> = {
  used: { label: "Used", tone: "good" },
  empty: { label: "Empty", tone: "wait" },
  unavailable: { label: "Unavailable", tone: "bad" },
  not_configured: { label: "Not set up", tone: "idle" },
};

const FEEDBACK: Readonly<Record<NonNullable<Round["kind"]>, Words>> = {
  acceptance: { label: "Accepted the report", tone: "good" },
  revision: { label: "Asked for changes", tone: "review" },
  discussion: { label: "Asked a question", tone: "run" },
  scope_change: { label: "Asked for something new", tone: "wait" },
  no_op: { label: "No action needed", tone: "idle" },
  unclear: { label: "Jessie asked back", tone: "wait" },
};

const NARRATOR: Readonly<Record<Artifact["narrator"], string>> = {
  model: "Narrative by the model, figures by reference",
  mixed: "Narrative by the model; some sections by rules",
  rules: "Narrative by rules",
};

const ROLE: Readonly<Record<ArtifactFile["role"], string>> = { report: "Report", evidence: "Evidence", table: "Table" };

/** A run's status. */
export function statusWords(status: RunStatus): Words {
  return STATUS[status];
}

/** What keeps a run from working, whatever its status says. */
const BRAKES: Readonly<Record<string, Words>> = {
  pause: { label: "Paused", tone: "wait" },
  hold: { label: "Held back", tone: "wait" },
  budget: { label: "Out of budget", tone: "wait" },
};

/** Where a run stands: its status, unless something keeps it from working. */
export function standingWords(run: Pick<RunSummary, "status" | "waitingOn" | "copy">): Words {
  const brake = run.copy ? undefined : BRAKES[run.waitingOn?.kind ?? ""];
  return brake ?? statusWords(run.status);
}

/** Where a report stands. */
export function lifecycleWords(lifecycle: Artifact["lifecycle"]): Words {
  return LIFECYCLE[lifecycle];
}

/** What became of a data source. */
export function sourceWords(status: Provenance["status"]): Words {
  return SOURCE[status];
}

/** What a comment was taken for; null while nobody decided. */
export function feedbackWords(kind: Round["kind"]): Words {
  return kind === null ? { label: "Being read", tone: "run" } : FEEDBACK[kind];
}

/** Who wrote a report's prose. */
export function narratorWords(narrator: Artifact["narrator"]): string {
  return NARRATOR[narrator];
}

/** What a file is for. */
export function roleWords(role: ArtifactFile["role"]): string {
  return ROLE[role];
}

/** A skill's id as words. */
export function skillWords(skill: string): string {
  return nameOf(skill);
}

const DOES: Readonly<Record<RunAction, string>> = {
  cancel: "Stops each before its next effect on the outside. What is finished stays.",
  kill: "Takes the lease at once: whatever a worker still does can no longer be written.",
  pause: "Each stops at the end of the step it is at, until it is resumed.",
  resume: "Paused runs go on where they stopped.",
  retry: "Failed, blocked and cancelled runs go on from their last finished step.",
  requeue: "Puts the promised work on the queue once more.",
  "release-lease": "Takes the lease back; the next attempt goes on from the journal.",
  "fire-timers": "Wakes the actor now, as its alarm would.",
  "flush-outbox": "Tries every waiting and parked effect now.",
  reproject: "Writes the rows of list and board from the actor, which holds the truth.",
};

/** An action of operators, and what it does. */
export function actionWords(action: RunAction): { readonly label: string; readonly does: string } {
  return { label: actionName(action), does: DOES[action] };
}

const WAITS: Readonly<Record<string, Words>> = {
  person: { label: "A person", tone: "review" },
  retry: { label: "Another try", tone: "wait" },
  task_change: { label: "A change of the task", tone: "idle" },
  queue: { label: "A free worker", tone: "idle" },
  worker: { label: "Work under way", tone: "run" },
  asana: { label: "Asana", tone: "run" },
  hold: { label: "A hold", tone: "wait" },
  pause: { label: "Somebody to resume it", tone: "wait" },
  budget: { label: "A larger budget", tone: "bad" },
  quiet: { label: "Comments to end", tone: "idle" },
};

/** What a run waits on, by kind; a kind the panel does not know yet is shown as it is. */
export function waitWords(kind: string): Words {
  return WAITS[kind] ?? { label: nameOf(kind), tone: "idle" };
}

/** A value of a field of the search as people read it. */
export function fieldValueWords(field: string, value: string): string {
  if (field === "skill") return skillWords(value);
  if (field === "waiting") return waitWords(value).label;
  if (field === "parked") return value === "yes" ? "Could not be sent" : value;
  const status = field === "status" ? RunStatusSchema.options.find((one) => one === value) : undefined;
  return status === undefined ? value : statusWords(status).label;
}

/** What a hold keeps back. */
export function holdWords(hold: Pick<Hold, "scope" | "value">): string {
  switch (hold.scope) {
    case "all":
      return "Every run";
    case "client":
      return `Runs for ${hold.value}`;
    case "skill":
      return `Runs of ${skillWords(hold.value)}`;
    case "upstream":
      return `Runs that need ${nameOf(hold.value)}`;
  }
}

const BUDGET: Readonly<Record<BudgetLine["kind"], string>> = {
  modelTokens: "Model tokens",
  modelMicroUsd: "Model cost",
  upstreamCalls: "Calls to sources",
  wallMs: "Time at work",
  crawlPages: "Pages crawled",
};

/** What a run may spend of. */
export function budgetWords(kind: BudgetLine["kind"]): string {
  return BUDGET[kind];
}

/** An amount as people read it: `12,400`, `$0.42`, `4 min 10 s`. */
export function amountWords(amount: number, unit: BudgetLine["unit"]): string {
  if (unit === "ms") return duration(amount);
  if (unit === "micro_usd") return `$${(amount / 1e6).toFixed(2)}`;
  return amount.toLocaleString("en");
}

const STEP: Readonly<Record<BudgetLine["unit"], { readonly name: string; readonly size: number }>> = {
  tokens: { name: "tokens", size: 1 },
  micro_usd: { name: "dollars", size: 1e6 },
  calls: { name: "calls", size: 1 },
  ms: { name: "minutes", size: 60_000 },
  pages: { name: "pages", size: 1 },
};

/** The unit in which people enter an amount, and how much of the line's own unit one of it is. */
export function unitWords(unit: BudgetLine["unit"]): { readonly name: string; readonly size: number } {
  return STEP[unit];
}
