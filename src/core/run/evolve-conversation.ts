/** What events do to a run's talk with people. */
import { patched } from "../../lib/patched.ts";
import type { Conversation, Escalation, Refused } from "./conversation.ts";
import type { EventOf, RunEvent } from "./events.ts";
import { monologueAfter } from "./monologue.ts";
import { hasLeft, openRevision } from "./queries.ts";
import { nudgeAfter } from "./reminders.ts";
import { restartedFrom } from "./restart.ts";
import type { Instant, RunState } from "./types.ts";

/** Changes remembered as asked about or left out. */
const MAX_CHANGES = 20;

/** The state with its conversation after `event`; `after` is what the event did to the rest. */
export function withTalk(before: RunState, after: RunState, event: RunEvent, now: Instant): RunState {
  const told = talkAfter(before, after, event, now);
  const monologue = monologueAfter(before.talk.monologue, event);
  const talk = patched(told, { monologue, quiet: after.status === "review_ready" ? told.quiet : null });
  const next = patched(after, { talk });
  const nudge = nudgeAfter(before.talk.nudge, next, event, now);
  const { escalation } = talk;
  // Somebody spoke: whoever was asked in their stead is not waited for any more.
  const answered = escalation?.reason === "no_answer" && (nudge === null || nudge.since > escalation.since);
  return patched(next, { talk: patched(talk, { nudge, escalation: answered ? null : escalation }) });
}

function talkAfter(before: RunState, after: RunState, event: RunEvent, now: Instant): Conversation {
  const { talk } = after;
  switch (event.type) {
    case "team.noted":
      return { ...talk, team: event.team };
    case "run.sponsored":
      return { ...talk, sponsors: [...talk.sponsors, event.gid] };
    case "steering.refused":
      return { ...talk, refused: [...talk.refused, refusedBy(event)] };
    case "quiet.began":
      return { ...talk, quiet: { since: now, until: event.until, over: false } };
    case "quiet.extended":
      return { ...talk, quiet: { since: talk.quiet?.since ?? now, until: event.until, over: false } };
    case "quiet.over":
      return { ...talk, quiet: talk.quiet === null ? null : { ...talk.quiet, over: true } };
    case "quiet.ended":
    case "feedback.opened":
      return { ...talk, quiet: null };
    case "assessment.ready":
      return { ...talk, understood: { today: event.today, seen: after.seenStories.length } };
    case "artifact.produced":
      return produced(before, talk);
    case "run.cancelled":
      // A revision that is tried again goes on under the task as it was changed: the version is owed still.
      return { ...talk, owed: hasLeft(after) || openRevision(after) !== null ? talk.owed : null };
    case "run.restarted":
      return { ...talk, owed: event.owed, generations: restartedFrom(talk.generations, event.from) };
    case "feedback.held":
    case "run.escalated":
    case "rounds.extended":
    case "reminder.due":
      return pressed(talk, event, now);
    case "change.noticed":
    case "change.withdrawn":
    case "change.kept":
    case "change.applied":
      return changed(after, event, now);
    default:
      return talk;
  }
}

function refusedBy({ gid, name, about }: EventOf<"steering.refused">): Refused {
  return about === undefined ? { gid, name } : { gid, name, about };
}

function produced(before: RunState, talk: Conversation): Conversation {
  const { execution } = before;
  const made = { kind: execution?.kind ?? "initial", roundId: execution?.roundId ?? null } as const;
  return { ...talk, madeBy: { ...made, anew: talk.owed?.anew ?? null }, owed: null };
}

function pressed(
  talk: Conversation,
  event: EventOf<"feedback.held" | "run.escalated" | "rounds.extended" | "reminder.due">,
  now: Instant,
): Conversation {
  switch (event.type) {
    case "feedback.held":
      return { ...talk, held: [...talk.held, event.roundId] };
    case "reminder.due":
      return { ...talk, reminders: talk.reminders + 1 };
    case "rounds.extended":
      return { ...talk, held: [], escalation: null, allowance: talk.allowance + event.rounds };
    case "run.escalated": {
      const n = talk.escalations + 1;
      const { reason, gid, name } = event;
      const escalation: Escalation = { n, reason, gid, name, since: now };
      return { ...talk, escalations: n, escalation };
    }
  }
}

function changed(
  state: RunState,
  event: EventOf<"change.noticed" | "change.withdrawn" | "change.kept" | "change.applied">,
  now: Instant,
): Conversation {
  const { talk } = state;
  switch (event.type) {
    case "change.noticed": {
      const n = event.ask ? talk.changes + 1 : talk.changes;
      const { type: _type, ask, ...noticed } = event;
      const askedChanges = ask ? [...talk.askedChanges, event.key].slice(-MAX_CHANGES) : talk.askedChanges;
      const change = { ...noticed, n, since: now };
      return { ...talk, changes: n, askedChanges, change };
    }
    case "change.withdrawn":
      return { ...talk, change: null };
    case "change.kept": {
      const key = talk.change?.key;
      const keptChanges = key === undefined ? talk.keptChanges : [...talk.keptChanges, key].slice(-MAX_CHANGES);
      return { ...talk, change: null, keptChanges };
    }
    case "change.applied": {
      if (state.artifacts.length === 0) return { ...talk, change: null, owed: null };
      const round = openRevision(state);
      const kind = round === null ? "initial" : "revision";
      const anew = "made anew with the task as it is now";
      return { ...talk, change: null, owed: { kind, roundId: round?.roundId ?? null, anew } };
    }
  }
}
