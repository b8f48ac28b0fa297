/** A run played in memory: commands in, state out, as the actor's turn does it, without any storage. */
import type { RunCommand, Speaker } from "../../src/core/run/commands.ts";
import { decide } from "../../src/core/run/decide.ts";
import { type Effect, effectKey, effectsOf } from "../../src/core/run/effects.ts";
import { isLogged, type RunEvent } from "../../src/core/run/events.ts";
import { evolve } from "../../src/core/run/evolve.ts";
import type { Hold } from "../../src/core/run/holds.ts";
import type { RunSettings, RunState } from "../../src/core/run/types.ts";
import { artifactOf, comment, MAYA, NOW, SETTINGS, TASK, taskRead } from "./run-cases.ts";

export interface Played {
  readonly state: RunState | null;
  readonly now: number;
}

export interface Turn extends Played {
  readonly events: readonly RunEvent[];
  /** Keys of the promised effects, without repetition. */
  readonly effects: readonly string[];
  readonly refusal: string | null;
  /** Sequence numbers of the logged events. */
  readonly seqs: readonly number[];
}

/** One turn. */
export function turn({ state, now }: Played, command: RunCommand, settings: RunSettings = SETTINGS): Turn {
  const decision = decide(state, command, now, settings);
  let next = state;
  const promised: Effect[] = [...decision.effects];
  const seqs: number[] = [];
  for (const event of decision.events) {
    next = evolve(next, event, now);
    promised.push(...effectsOf(event, next));
    if (isLogged(event)) seqs.push(next.version);
  }
  return {
    state: next,
    now,
    events: decision.events,
    effects: [...new Set(promised.map(effectKey))],
    refusal: decision.refusal?.code ?? null,
    seqs,
  };
}

type Step = RunCommand | { readonly wait: number };

/** A state reached by commands; a second passes between two of them. */
export function played(from: Played, ...steps: readonly Step[]): Played {
  let { state, now } = from;
  for (const step of steps) {
    if (!("wait" in step)) state = turn({ state, now }, step).state;
    now += "wait" in step ? step.wait : 1_000;
  }
  return { state, now };
}

export const NEW: Played = { state: null, now: NOW };
export const DELIVER = { type: "deliver", taskGid: TASK, what: "assignee changed", quiet: false } as const;

const FAILURE = { kind: "retryable", code: "upstream_down", message: "Asana is down.", retryAfterMs: null } as const;
export const fail = (epoch: number, kind: "retryable" | "permanent" | "config" | "bug" = "retryable"): RunCommand => ({
  type: "fail",
  epoch,
  failure: { ...FAILURE, kind },
  jitter: 0.5,
});
export const commit = (epoch: number, key: string): RunCommand => ({
  type: "commit_step",
  epoch,
  kind: "step",
  key,
  label: `Step ${key}`,
  startedAt: NOW,
  result: `{"inline":"${key}"}`,
});
export const finish = (epoch: number, version: number): RunCommand => ({
  type: "finish",
  epoch,
  artifact: artifactOf(version),
  answers: version > 1 ? [{ itemId: `r${version - 1}i1`, outcome: "done", reason: "changed" }] : [],
});
/** The attempt needs more calls than any budget here has. */
export const exhausted = (epoch: number): Extract<RunCommand, { type: "exhausted" }> => ({
  type: "exhausted",
  holder: "lease",
  epoch,
  kind: "upstreamCalls",
  asked: 1_000,
  ledger: null,
});
const acquire = (attempt: number): RunCommand => ({ type: "acquire", attempt });
const CANCEL = { type: "cancel", by: "Tom", reason: "" } as const;
export const PAUSE = { type: "pause", by: "Tom", reason: "" } as const;
export const HOLD: Hold = {
  holdId: "hold_1",
  scope: "upstream",
  value: "ga4",
  reason: "GA4 answers nonsense.",
  by: "ops@agency.example",
  createdAt: "2040-11-22T08:00:00.000Z",
};
/** Attempt `n` dies without a word; then the next begins, if one is wanted. */
const silent = (n: number): readonly Step[] => [{ wait: SETTINGS.leaseMs }, { type: "tick" }, acquire(n + 1)];

/** The task is read with one new comment of Maya's. */
export const said = (text: string, at = NOW + 3_600_000): RunCommand => taskRead({}, [comment(text, at)]);

/** Somebody of the staff answers in the panel; Maya, where nobody else is named. */
export const inPanel = (
  text: string,
  to: string | null = null,
  speaker: Partial<Speaker> = {},
): Extract<RunCommand, { type: "answer" }> => ({
  type: "answer",
  text,
  to,
  speaker: { authorGid: MAYA.gid, authorName: MAYA.name, lead: false, ...speaker },
});

const assessing = played(NEW, DELIVER);
const ready = played(assessing, taskRead());
const running = played(ready, acquire(1));
const reviewReady = played(running, commit(1, "gather"), finish(1, 1));
const readingComment = played(reviewReady, said("The brand split is wrong."));
const revisionRequested = played(reviewReady, said("Please add a chart."));
const revisionRunning = played(revisionRequested, acquire(2));

/** Every situation a run can be in, by name; each is reached by what really leads there. */
export const SITUATIONS = {
  "nobody reported the task": NEW,
  assessing,
  ignored: played(assessing, taskRead({ assigneeGid: null })),
  "needs clarification": played(assessing, taskRead({ name: "SEO report for Plunkett" })),
  "blocked before work": played(assessing, taskRead({}, [], { missingSecrets: { search_console_site: ["TOKEN"] } })),
  ready,
  running,
  "running, lease run out": played(running, { wait: SETTINGS.leaseMs }),
  "waiting for the next try": played(running, fail(1)),
  "a budget is used up": played(running, commit(1, "gather"), exhausted(1)),
  "blocked at work": played(running, fail(1, "config")),
  "review ready": reviewReady,
  "reading a comment": readingComment,
  "answering a question": played(reviewReady, said("what drove the drop?")),
  "revision requested": revisionRequested,
  "revision running": revisionRunning,
  "blocked in a revision": played(revisionRunning, fail(2, "config")),
  "second version ready": played(revisionRunning, finish(2, 2)),
  accepted: played(reviewReady, said("I accept.")),
  failed: played(running, fail(1, "permanent")),
  quarantined: played(running, ...silent(1), ...silent(2), ...silent(3), ...silent(4)),
  stopping: played(running, CANCEL),
  "cancelled at work": played(running, CANCEL, commit(1, "gather")),
  "cancelled in review": played(reviewReady, { type: "cancel", by: "Tom", reason: "wrong client" }),
  "task left at work": played(running, taskRead({ assigneeGid: null }), commit(1, "gather")),
  pausing: played(running, PAUSE),
  "paused at work": played(running, PAUSE, commit(1, "gather")),
  "paused in review": played(readingComment, PAUSE),
  held: played(ready, { type: "held", hold: HOLD }),
} as const satisfies Record<string, Played>;
