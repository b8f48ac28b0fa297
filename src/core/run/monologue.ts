/** The guard against talking to a machine: too many words of Jessie's without one of a person's stop the run. */
import { stoppedByPerson } from "./boundary.ts";
import { type Decision, endAttempt } from "./commands.ts";
import type { RunEvent } from "./events.ts";
import type { RunState } from "./types.ts";

/** Questions, answers and refusals in a row that nobody of the staff reacted to. */
export const MAX_MONOLOGUE = 3;

/** Words of a member of staff. */
const HEARD: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>([
  "comments.seen",
  "feedback.opened",
  "run.retried",
  "run.restarted",
]);

/** Jessie's comments in a row after an event. */
export function monologueAfter(count: number, event: RunEvent): number {
  if (HEARD.has(event.type)) return 0;
  const speaks =
    event.type === "assessment.question" ||
    event.type === "steering.refused" ||
    (event.type === "change.noticed" && event.ask) ||
    (event.type === "feedback.answered" && event.reply !== null);
  return speaks ? count + 1 : count;
}

/** The decision, cut off before the comment that would be one too many: then the run stops and ops are told. */
export function guarded(state: RunState, decision: Decision): Decision {
  let count = state.talk.monologue;
  for (const [index, event] of decision.events.entries()) {
    count = monologueAfter(count, event);
    if (count <= MAX_MONOLOGUE) continue;
    const detail = `I wrote ${MAX_MONOLOGUE} comments in a row without a word from the staff of this Business Unit; somebody may be answering me by machine, so I stopped.`;
    const fix = "Look at the task's comments; then press Retry in the run, or a member of staff comments.";
    const cause = { code: "ping_pong", detail };
    const blocked: readonly RunEvent[] = [
      ...endAttempt(state, "blocked", detail),
      { type: "run.blocked", cause, findings: [{ code: cause.code, what: detail, fix }] },
    ];
    return {
      // The end of the attempt is a boundary: a stop that a person asked for takes place there, or a retry would meet it.
      events: [...decision.events.slice(0, index), ...(stoppedByPerson(state) ?? blocked)],
      effects: [],
      refusal: null,
    };
  }
  return decision;
}
