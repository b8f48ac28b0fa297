/** Feedback rounds: claimed once, read once, acted on. */
import { roundIdOf } from "../ids.ts";
import { type CommentReading, type Decision, events, NOTHING, type RunCommand } from "./commands.ts";
import { EARLY_REPLY, scopeProposal, UNANSWERED_REPLY, UNCLEAR_REPLY } from "./comments.ts";
import { type Effect, effectKey } from "./effects.ts";
import type { EventOf, RunEvent } from "./events.ts";
import { type Reading, readByRules } from "./feedback.ts";
import { isTerminal, latestArtifact, newestVersion, nextAttempt, openRound } from "./queries.ts";
import { heldBack, limitReached } from "./round-limit.ts";
import type { FeedbackRound, Instant, RunSettings, RunState } from "./types.ts";

const MAX_COMMENT = 10_000;
/** Rounds in a row that nobody could read and that were asked about; a third question would only feed a machine. */
const MAX_UNCLEAR = 2;
/** Asana's clock may be this much behind ours. */
const CLOCK_SKEW_MS = 1_000;

/**
 * Unclaimed comments in groups that may be read together: from one person, on one side of the moment the version came
 * up for review, and not too long. So one person's thanks never carries another's acceptance, and an early word is
 * never taken for a late one.
 */
function groupsOf(state: RunState, people: readonly CommentReading[]): readonly (readonly CommentReading[])[] {
  const groups: CommentReading[][] = [];
  for (const one of people) {
    const group = groups.at(-1);
    if (group?.every((other) => sameBreath(state, other, one)) && textOf([...group, one]).length <= MAX_COMMENT)
      group.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** From one person, on the same side of the moment the version came up for review. */
function sameBreath(state: RunState, one: CommentReading, other: CommentReading): boolean {
  const early = ({ createdAt }: CommentReading) => isEarly(state, Date.parse(createdAt));
  return one.authorGid === other.authorGid && early(one) === early(other);
}

/**
 * The group that is read next; the others open the next round. Somebody who objects or asks goes before somebody who
 * accepts, and an acceptance before mere courtesy.
 */
function nextGroup(state: RunState, people: readonly CommentReading[]): readonly CommentReading[] {
  const version = newestVersion(state);
  const groups = groupsOf(state, people).map((group) => ({ group, kind: readByRules(textOf(group), version)?.kind }));
  const first =
    groups.find(({ kind }) => kind !== "acceptance" && kind !== "no_op") ??
    groups.find(({ kind }) => kind === "acceptance") ??
    groups[0];
  return first?.group ?? [];
}

function textOf(group: readonly CommentReading[]): string {
  return group.map((one) => one.text).join("\n");
}

/** Written before this version was there to be read. */
function isEarly(state: RunState, commentedAt: Instant): boolean {
  return commentedAt < state.statusSince - CLOCK_SKEW_MS;
}

/** Opens one round of comments that are not claimed yet; `review_ready` runs only. */
export function openFeedback(state: RunState, unclaimed: readonly CommentReading[], settings: RunSettings): Decision {
  const people = nextGroup(state, unclaimed);
  const last = people.at(-1);
  if (last === undefined) return NOTHING;
  const n = state.rounds.length + 1;
  const roundId = roundIdOf(state.taskGid, n);
  const comment = textOf(people).slice(0, MAX_COMMENT);
  const opened: EventOf<"feedback.opened"> = {
    type: "feedback.opened",
    roundId,
    n,
    storyGids: people.map((one) => one.gid),
    authorName: last.authorName.slice(0, 120),
    authorGid: last.authorGid,
    comment,
    commentedAt: Date.parse(last.createdAt),
  };
  const reading = readByRules(comment, newestVersion(state));
  if (reading === null) return { events: [opened], effects: [{ kind: "classify", roundId }], refusal: null };
  const round = { roundId, n, authorName: opened.authorName, comment, commentedAt: opened.commentedAt };
  return events(opened, ...acted(state, round, reading, "rules", settings, null));
}

/** The model, or the lack of one, has read a round that the rules could not. */
export function decideClassified(
  state: RunState,
  command: Extract<RunCommand, { type: "classified" }>,
  now: Instant,
  settings: RunSettings,
): Decision {
  const round = state.rounds.find((one) => one.roundId === command.roundId);
  if (round === undefined || round.kind !== null || state.status !== "review_ready") return NOTHING;
  return events(...acted(state, round, { kind: command.kind, items: command.items }, "model", settings, now));
}

/** A discussion was answered from the evidence. */
export function decideReplied(state: RunState, command: Extract<RunCommand, { type: "replied" }>): Decision {
  const round = state.rounds.find((one) => one.roundId === command.roundId);
  if (round?.kind !== "discussion" || round.closedAt !== null || isTerminal(state.status)) return NOTHING;
  return events({ type: "feedback.answered", roundId: round.roundId, reply: command.reply });
}

/** An effect ran out of tries. A round that waited on it is closed, or no later comment would ever be read. */
export function decideParked(
  state: RunState,
  command: Extract<RunCommand, { type: "park" }>,
  settings: RunSettings,
): Decision {
  const parked: RunEvent = { type: "effect.parked", key: command.key, error: command.error };
  const round = state.status === "review_ready" ? openRound(state) : null;
  if (round === null) return events(parked);
  const { roundId } = round;
  if (command.key === effectKey({ kind: "classify", roundId }) && round.kind === null)
    return events(parked, ...acted(state, round, { kind: "unclear", items: [] }, "rules", settings, null));
  if (command.key === effectKey({ kind: "discuss", roundId }) && round.kind === "discussion")
    return events(parked, { type: "feedback.answered", roundId, reply: UNANSWERED_REPLY });
  return events(parked);
}

function acted(
  state: RunState,
  round: Pick<FeedbackRound, "roundId" | "n" | "authorName" | "comment" | "commentedAt">,
  read: Reading,
  decidedBy: "rules" | "model",
  settings: RunSettings,
  now: Instant | null,
): readonly RunEvent[] {
  const early = read.kind === "acceptance" && isEarly(state, round.commentedAt);
  const reading: Reading = early ? { kind: "unclear", items: [] } : read;
  const items = reading.items.map((text, index) => ({ id: `r${round.n}i${index + 1}`, text }));
  const classified: RunEvent = {
    type: "feedback.classified",
    roundId: round.roundId,
    kind: reading.kind,
    decidedBy,
    items,
  };
  const answered = (reply: string | null): RunEvent => ({ type: "feedback.answered", roundId: round.roundId, reply });
  switch (reading.kind) {
    case "acceptance": {
      const artifact = latestArtifact(state);
      if (artifact === null) return [classified, answered(null)];
      return [
        classified,
        answered(null),
        { type: "run.accepted", artifactId: artifact.artifactId, sha256: artifact.sha256, by: round.authorName },
      ];
    }
    case "revision":
      if (limitReached(state, settings)) return heldBack(state, { roundId: round.roundId, decidedBy, items });
      return [
        classified,
        {
          type: "execution.promised",
          attempt: nextAttempt(state),
          kind: "revision",
          roundId: round.roundId,
          dueAt: now ?? 0,
          reason: null,
        },
      ];
    case "discussion":
      return [classified];
    case "scope_change":
      return [classified, answered(scopeProposal(round.comment))];
    case "unclear":
      return [classified, answered(early ? EARLY_REPLY : unclearReply(state))];
    case "no_op":
      return [classified, answered(null)];
  }
}

/** The question what was meant; null when it was asked often enough without a readable answer. */
function unclearReply(state: RunState): string | null {
  const asked = state.rounds.filter((round) => round.kind !== null).slice(-MAX_UNCLEAR);
  const inVain = asked.length === MAX_UNCLEAR && asked.every((round) => round.kind === "unclear");
  return inVain ? null : UNCLEAR_REPLY;
}

/** A comment that was being read when the run was stopped is read now. */
export function reading(round: FeedbackRound | null): readonly Effect[] {
  if (round === null) return [];
  return [{ kind: round.kind === "discussion" ? "discuss" : "classify", roundId: round.roundId }];
}
