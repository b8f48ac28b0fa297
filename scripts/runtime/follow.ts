/** Tells on the terminal how one run comes along, until it is over. */
import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import { runIdOf } from "../../src/core/ids.ts";
import { type RunSummary, RunSummarySchema } from "../../src/core/wire.ts";
import type { LocalSystem } from "./system.ts";

const POLL_MS = 700;
/** While a person has the next word there is nothing to miss. */
const RESTING_POLL_MS = 3_000;

/** What is said of a status; a status without words is passed over in silence. */
const WORDS: Partial<Record<RunSummary["status"], string>> = {
  observed: "Seen.",
  assessing: "Assessing the request.",
  ready: "Understood; waiting for its turn.",
  running: "Preparing the report.",
  revision_running: "Revising the report.",
  review_ready: "Ready for review.",
  needs_clarification: "Jessie has a question.",
  blocked: "Blocked.",
  ignored: "Not for Jessie.",
  accepted: "Accepted.",
  cancelled: "Cancelled.",
  failed: "Failed.",
};

const RESTING: ReadonlySet<RunSummary["status"]> = new Set([
  "review_ready",
  "needs_clarification",
  "blocked",
  "ignored",
  "accepted",
  "cancelled",
  "failed",
]);

async function read(system: LocalSystem, runId: string, signal: AbortSignal): Promise<RunSummary | null> {
  const response = await fetch(`${system.controlPlaneUrl}/team-agent-runs/${runId}`, {
    headers: { "X-Agency-OS-Internal-Token": system.secrets.internalToken },
    signal,
  });
  if (!response.ok) return null;
  return v.parse(RunSummarySchema, await response.json());
}

const OVER: ReadonlySet<RunSummary["status"]> = new Set(["accepted", "cancelled", "failed"]);

/** One line: the status, the step at work or the reason it stands still, and where a person goes on. */
function lineOf(run: RunSummary): string {
  const resting = RESTING.has(run.status);
  const detail = run.progress?.label ?? run.cause?.detail ?? (resting ? run.waitingOn?.detail : undefined);
  const where = resting && !OVER.has(run.status) ? run.taskUrl : null;
  return [WORDS[run.status] ?? run.status, detail, where].filter((part) => typeof part === "string").join(" ");
}

/** Calls `say` with each new line about the task's run. Settles when the run is over, or when `signal` ends it. */
export async function followRun(
  system: LocalSystem,
  taskGid: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let said = "";
  let wait = POLL_MS;
  while (!signal.aborted) {
    // The Workers may be restarting; the next look answers.
    const run = await read(system, runIdOf(taskGid), signal).catch(() => null);
    if (run !== null) {
      const line = lineOf(run);
      if (line !== said) say(line);
      said = line;
      if (OVER.has(run.status)) return;
      wait = RESTING.has(run.status) ? RESTING_POLL_MS : POLL_MS;
    }
    await pause(wait, undefined, { signal }).catch(() => {});
  }
}
