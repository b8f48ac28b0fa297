/** Feedback rounds: claimed once, read once, acted on. */
import { roundIdOf } from "../ids.ts";
import { type CommentReading, type Decision, events, NOTHING, type RunCommand } from "./commands.ts";
import { scopeProposal, UNCLEAR_REPLY } from "./comments.ts";
import type { RunEvent } from "./events.ts";
import { type Reading, readByRules } from "./feedback.ts";
import type { FeedbackRound, Instant, RunState } from "./types.ts";
import { latestArtifact } from "./types.ts";

const MAX_COMMENT = 4_000;

/** Opens one round of all comments that are not claimed yet; `review_ready` runs only. */
export function openFeedback(state: RunState, people: readonly CommentReading[]): Decision {
  const last = people.at(-1);
  if (last === undefined) return NOTHING;
  const n = state.rounds.length + 1;
  const roundId = roundIdOf(state.taskGid, n);
  const comment = people
    .map((one) => one.text)
    .join("\n")
    .slice(0, MAX_COMMENT);
  const opened: RunEvent = {
    type: "feedback.opened",
    roundId,
    n,
    storyGids: people.map((one) => one.gid),
    authorName: last.authorName.slice(0, 120),
    authorGid: last.authorGid,
    comment,
  };
  const reading = readByRules(comment);
  if (reading === null) return { events: [opened], effects: [{ kind: "classify", roundId }], refusal: null };
  const round = { roundId, n, authorName: last.authorName, comment };
  return events(opened, ...acted(state, round, reading, "rules", null));
}

/** The model, or the lack of one, has read a round that the rules could not. */
export function decideClassified(
  state: RunState,
  command: Extract<RunCommand, { type: "classified" }>,
  now: Instant,
): Decision {
  const round = state.rounds.find((one) => one.roundId === command.roundId);
  if (round === undefined || round.kind !== null || state.status !== "review_ready") return NOTHING;
  return events(...acted(state, round, { kind: command.kind, items: command.items }, "model", now));
}

/** A discussion was answered from the evidence. */
export function decideReplied(state: RunState, command: Extract<RunCommand, { type: "replied" }>): Decision {
  const round = state.rounds.find((one) => one.roundId === command.roundId);
  if (round === undefined || round.closedAt !== null) return NOTHING;
  return events({ type: "feedback.answered", roundId: round.roundId, reply: command.reply });
}

function acted(
  state: RunState,
  round: Pick<FeedbackRound, "roundId" | "n" | "authorName" | "comment">,
  reading: Reading,
  decidedBy: "rules" | "model",
  now: Instant | null,
): readonly RunEvent[] {
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
      return [
        classified,
        {
          type: "execution.promised",
          attempt: (state.attempts.at(-1)?.n ?? 0) + 1,
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
      return [classified, answered(UNCLEAR_REPLY)];
    case "no_op":
      return [classified, answered(null)];
  }
}
