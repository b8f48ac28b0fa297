/** What Jessie writes about who decides: refusals, reminders, escalations, and the question about a changed task. */
import { signed } from "./comments.ts";
import { newestVersion } from "./queries.ts";
import { asksForBudget, awaited } from "./reminders.ts";
import { body, escaped, type Markup, mention, rich } from "./rich-text.ts";
import { roundsDecider } from "./round-limit.ts";
import { isStaff, namesOf } from "./staff.ts";
import { changeQuestion } from "./task-change.ts";
import type { PanelAnswer, RunState } from "./types.ts";

/** A person, so that Asana tells them; by name alone where no Asana user is known. */
function called(who: { readonly gid: string | null; readonly name: string }): Markup {
  return who.gid === null ? rich`<strong>${who.name}</strong>` : mention(who.gid, who.name);
}

/** Told once to somebody who may not steer this run. */
export function refusalComment(state: RunState, gid: string): string {
  const { change, refused, team } = state.talk;
  const told = refused.find((one) => one.gid === gid);
  const name = told?.name ?? "";
  if (told?.about === "rounds") return noRound(state, gid, name);
  const ours = isStaff(team, gid) || state.answers.some((one) => one.authorGid === gid);
  // Staff of this client, who asked for work on another.
  const other = ours ? (change?.whoMayApply ?? null) : null;
  return body([
    rich`<strong>Thank you${name === "" ? "" : `, ${name}`}; I can only act on what the staff of ${other === null ? "this" : "that"} client say</strong>`,
    rich`I leave the work as it is. ${other ?? namesOf(team)} can ask me for it in a comment here.`,
    rich`If you should be one of them, ask ops to map your Asana user and give you a role.`,
    signed(state, refusalKey(gid)),
  ]);
}

/** To a colleague who said go on: the rounds are for somebody else to allow. */
function noRound(state: RunState, gid: string, name: string): string {
  const decider = roundsDecider(state);
  return body([
    rich`<strong>Thank you, ${name}; whether there is another round is for ${decider.name} to decide</strong>`,
    rich`This report was revised as often as is agreed, and the changes you asked for since are kept. ${decider.name}, or a lead of this client, can comment <em>go on</em> here. You can <em>accept</em> the version there is.`,
    signed(state, refusalKey(gid)),
  ]);
}

export function refusalKey(gid: string): string {
  return `refused-${gid}`;
}

/** A word to the person who is waited for; `n` counts the reminders of the run. */
export function reminderComment(state: RunState, n: number): string {
  return body([
    rich`${called(awaited(state))}, a gentle reminder: ${waitedFor(state)}`,
    signed(state, `reminder-${n}`),
  ]);
}

function waitedFor(state: RunState): string {
  if (asksForBudget(state)) return "my budget for this task is used up. Comment “go on” to allow more, or “stop”.";
  if (state.status === "blocked")
    return `I cannot go on with this task. ${state.cause?.detail ?? ""} ${fixesOf(state)}Comment here once it is mended and I go on.`;
  if (state.question !== null) return `I wait for your answer. ${state.question.text}`;
  if (state.talk.held.length > 0)
    return "I wait for your word whether there is another round. Comment “go on” to allow it, or “accept” the version there is.";
  return `version ${newestVersion(state)} of the report waits for your review. Comment “accept”, or write what to change.`;
}

/** How it can be mended, where the cause does not say so itself. */
function fixesOf({ findings, cause }: RunState): string {
  return findings
    .filter(({ fix }) => cause?.detail.includes(fix) !== true)
    .map(({ fix }) => `${fix} `)
    .join("");
}

/** The comment that names who has to decide. */
export function escalationComment(state: RunState): string {
  const { escalation } = state.talk;
  if (escalation === null) return body([]);
  const lines =
    escalation.reason === "round_limit"
      ? [
          rich`This report was revised as often as is agreed, and further changes are asked for. I have kept them and do not revise again by myself.`,
          rich`Comment <em>go on</em> to allow further rounds, or <em>accept</em> the version there is.`,
        ]
      : [rich`Nobody has answered here for a while: ${waitedFor(state)}`];
  return body([
    rich`${called(escalation)}, <strong>this needs a decision of yours</strong>`,
    ...lines,
    signed(state, `escalation-${escalation.n}`),
  ]);
}

/** Key of the copy of answer `n` from the panel. */
export function answerKey(n: number): string {
  return `answer-${n}`;
}

/** Who said what in the panel, for those who follow the run on the task. */
export function answerComment(state: RunState, { n, text, authorName }: PanelAnswer): string {
  return body([
    rich`<strong>${authorName} answered in Agency OS</strong>`,
    ...text.split(/\r?\n/u).map((line): Markup => ({ html: escaped(line, text.length) })),
    signed(state, answerKey(n)),
  ]);
}

/** The question whether to start over with what the task says now. */
export function changeComment(state: RunState): string {
  return body([
    rich`<strong>The task has changed</strong>`,
    rich`${changeQuestion(state) ?? ""}`,
    signed(state, `change-${state.talk.change?.n ?? 0}`),
  ]);
}
