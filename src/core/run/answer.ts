/**
 * Words of staff that were said in the panel. They are kept with the run and read as if they stood on the task, so that
 * they lead where the same comment leads; what Jessie writes on the task about them is a copy for the other readers.
 */
import { type Ask, answers, asksOf } from "./asks.ts";
import { type CommentReading, type Decision, events, NOTHING, type RunCommand, refused } from "./commands.ts";
import { isTerminal } from "./queries.ts";
import { mayExtend, roundsDecider } from "./round-limit.ts";
import { isGo } from "./short-words.ts";
import type { PanelAnswer, RunState } from "./types.ts";

/** Answers a run keeps. Whoever has more to say says it on the task. */
export const MAX_ANSWERS = 100;

type Told = Extract<RunCommand, { type: "answer" }>;

/** By this the words are known among the comments of the task; no gid of Asana looks so. */
export function answerGid(n: number): string {
  return `panel-${n}`;
}

/** The panel's words as comments: what is read of a task is read of these too. */
export function panelWords(state: RunState): readonly CommentReading[] {
  return state.answers.map(({ n, text, authorGid, authorName, lead, at }) => ({
    gid: answerGid(n),
    text,
    authorGid,
    authorName,
    createdAt: new Date(at).toISOString(),
    panel: lead ? "lead" : "staff",
  }));
}

/** Answers that were not taken into account yet, oldest first. A run that has ended reads none. */
export function unreadAnswers(state: RunState): readonly PanelAnswer[] {
  if (state.answers.length === 0 || isTerminal(state.status)) return [];
  const seen = new Set(state.seenStories);
  return state.answers.filter(({ n }) => !seen.has(answerGid(n)));
}

/** Staff answer in the panel what the run asks. Without a question nothing is taken: it would be read as a word about the next report. */
export function decideAnswer(state: RunState, command: Told): Decision {
  const asks = asksOf(state);
  const ask = askMeant(asks, command);
  const { speaker } = command;
  // Before anything else: the answer that ended the run is no mistake when it is sent again.
  if (isRepeat(state, command, ask)) return NOTHING;
  if (isTerminal(state.status)) return refused("wrong_state", `The run has ended: it is ${state.status}.`);
  if (ask === null) return notAsked(asks, command);
  if (!answers(ask, command.text)) return notAnAnswer(asks);
  if (
    ask.kind === "rounds" &&
    isGo(command.text) &&
    !mayExtend(state, speaker.authorGid, speaker.lead ? "lead" : "staff")
  )
    return refused(
      "wrong_state",
      `${roundsDecider(state).name}, or a lead of this client, has to allow another round; you can accept the version there is.`,
    );
  if (state.answers.length >= MAX_ANSWERS)
    return refused("too_many", `This run has ${MAX_ANSWERS} answers from the panel; comment on the task instead.`);
  const n = state.answers.length + 1;
  const { text } = command;
  return events({ type: "answer.given", n, to: ask.id, text, ...speaker });
}

/** The question an answer names; where it names none, the one its words answer. */
function askMeant(asks: readonly Ask[], { to, text }: Told): Ask | null {
  if (to !== null) return asks.find((one) => one.id === to) ?? null;
  return asks.find((one) => !one.free && answers(one, text)) ?? asks.find((one) => one.free) ?? asks[0] ?? null;
}

/**
 * The same person said the same to the same question: pressed twice, or sent again because the reply was lost. Said
 * again to a question that is still open after it was read, it is meant.
 */
function isRepeat(state: RunState, { to, text, speaker }: Told, ask: Ask | null): boolean {
  const among = ask === null ? state.answers : unreadAnswers(state);
  const question = ask?.id ?? to;
  return among.some((one) => one.to === question && one.text === text && one.authorGid === speaker.authorGid);
}

function notAsked(asks: readonly Ask[], { to }: Told): Decision {
  if (to === null || asks.length === 0)
    return refused("wrong_state", "The run waits for nobody's answer now; somebody may have answered already.");
  return refused(
    "answered_meanwhile",
    "That question is not open any more: somebody answered it, or the run asks something else now.",
  );
}

function notAnAnswer(asks: readonly Ask[]): Decision {
  const choices = asks.flatMap((one) => one.choices).map((word) => `“${word}”`);
  return refused("not_an_answer", `That answers nothing the run asks. It understands ${choices.join(", ")}.`);
}
