/** Tells on the terminal how one run comes along, until it waits for a person or is over. */
import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import { runIdOf } from "../../src/core/ids.ts";
import { type RunSummary, RunSummarySchema } from "../../src/core/wire.ts";
import type { LocalSystem } from "./system.ts";

const POLL_MS = 700;

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

/** One line: the status, and the step at work or the reason it stands still. */
function lineOf(run: RunSummary): string {
  const words = WORDS[run.status] ?? run.status;
  const detail =
    run.progress?.label ?? run.cause?.detail ?? (RESTING.has(run.status) ? run.waiting?.detail : undefined);
  return detail === undefined || detail === null ? words : `${words} ${detail}`;
}

/** Calls `say` with each new line about the task's run. Settles when the run rests, or when `signal` ends it. */
export async function followRun(
  system: LocalSystem,
  taskGid: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let said = "";
  while (!signal.aborted) {
    // The Workers may be restarting; the next look answers.
    const run = await read(system, runIdOf(taskGid), signal).catch(() => null);
    if (run !== null) {
      const line = lineOf(run);
      if (line !== said) say(line);
      said = line;
      if (RESTING.has(run.status)) return;
    }
    await pause(POLL_MS, undefined, { signal }).catch(() => {});
  }
}
