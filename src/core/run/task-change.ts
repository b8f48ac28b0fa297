/** A task that was edited while it is worked on: what differs, and whether to start over with it. */
import { type AssessmentInput, assess, type TaskReading, type UnitRecord } from "./assess.ts";
import { stoppedByPerson } from "./boundary.ts";
import type { Brief, SourceAsset } from "./brief.ts";
import { endAttempt } from "./commands.ts";
import type { TaskChange } from "./conversation.ts";
import type { RunEvent } from "./events.ts";
import { nextAttempt, openRevision } from "./queries.ts";
import type { Said } from "./said.ts";
import { isApply, isKeep } from "./short-words.ts";
import { namesOf, strangersTold } from "./staff.ts";
import type { RunState } from "./types.ts";

type Understood = Pick<TaskChange, "brief" | "skillTitle" | "deliverables">;

/** What a person decides about a change, and which comments said so. */
export interface ChangeAnswer {
  readonly events: readonly RunEvent[];
  readonly taken: readonly string[];
  /** True when the run starts over. */
  readonly applied: boolean;
}

const NO_ANSWER: ChangeAnswer = { events: [], taken: [], applied: false };

/**
 * "Apply" or "keep" among the comments, the last of them, while a change is asked about. A change that leads to another
 * Business Unit begins work for that one: it is applied by the staff of both.
 */
export function changeAnswered(state: RunState, people: readonly Said[], units: readonly UnitRecord[]): ChangeAnswer {
  const { change } = state.talk;
  if (change === null) return NO_ANSWER;
  const said = people.filter((one) => isApply(one.text) || isKeep(one.text));
  const outsiders = said.filter((one) => isApply(one.text) && !mayApply(state, change, one, units));
  const answers = said.filter((one) => !outsiders.includes(one));
  const taken = said.map((one) => one.gid);
  const refused = strangersTold(state, outsiders, { about: "client" });
  const last = answers.at(-1);
  if (last === undefined) return { events: refused, taken, applied: false };
  const by = last.authorName.slice(0, 120);
  const seen: RunEvent = { type: "comments.seen", storyGids: answers.map((one) => one.gid) };
  if (isKeep(last.text)) return { events: [...refused, seen, { type: "change.kept", by }], taken, applied: false };
  return { events: [...refused, seen, ...startedOver(state, by)], taken, applied: true };
}

/** The unit as it is now: somebody may have lost their role since the question was asked, or have got one. */
function mayApply(
  { brief }: RunState,
  change: Pick<TaskChange, "brief">,
  { authorGid }: Said,
  units: readonly UnitRecord[],
): boolean {
  if (change.brief.businessUnitId === brief?.businessUnitId) return true;
  return staffOf(change.brief, units).some((member) => member.gid === authorGid);
}

function staffOf({ businessUnitId }: Brief, units: readonly UnitRecord[]): UnitRecord["staff"] {
  return units.find((unit) => unit.businessUnitId === businessUnitId)?.staff ?? [];
}

/** The attempt under way ends, and the work begins anew with the changed brief; an open revision is made under it. */
function startedOver(state: RunState, by: string): readonly RunEvent[] {
  // The end of the attempt is a boundary: the stop a person asked for takes place there, and nothing begins anew.
  const stop = stoppedByPerson(state);
  if (stop !== null) return stop;
  const round = openRevision(state);
  return [
    ...endAttempt(state, "cancelled", "The task was changed; the work starts over."),
    { type: "change.applied", by },
    {
      type: "execution.promised",
      attempt: nextAttempt(state),
      kind: round === null ? "initial" : "revision",
      roundId: round?.roundId ?? null,
      dueAt: 0,
      reason: null,
    },
  ];
}

/** Notices that the task asks for something else, asks about it once, and forgets it when it was taken back. */
export function changeNoticed(
  state: RunState,
  task: TaskReading,
  assessment: Pick<AssessmentInput, "units" | "skills" | "missingSecrets" | "today">,
  answers: readonly string[],
): readonly RunEvent[] {
  const { change, askedChanges, keptChanges } = state.talk;
  const asked = askedFor(state, task, assessment, answers);
  if (asked === null || state.brief === null) return [];
  const key = keyOf(asked.brief);
  const withdrawn: readonly RunEvent[] = change === null ? [] : [{ type: "change.withdrawn" }];
  if (key === keyOf(state.brief) || keptChanges.includes(key)) return withdrawn;
  if (change?.key === key) return [];
  const differences = differencesOf(state, state.brief, asked);
  const elsewhere = asked.brief.businessUnitId !== state.brief.businessUnitId;
  const who = elsewhere ? { whoMayApply: namesOf({ staff: staffOf(asked.brief, assessment.units) }) } : {};
  return [{ type: "change.noticed", key, differences, ...asked, ask: !askedChanges.includes(key), ...who }];
}

/**
 * What the task asks for. Words such as “last month” mean what they meant when the work began, or a mere change of
 * the month would look like an edit; only where that gives no answer does today count.
 */
function askedFor(
  state: RunState,
  task: TaskReading,
  assessment: Pick<AssessmentInput, "units" | "skills" | "missingSecrets" | "today">,
  answers: readonly string[],
): Understood | null {
  const { agreedPeriod, runId, talk } = state;
  for (const today of new Set([talk.understood?.today ?? assessment.today, assessment.today])) {
    const input = { ...assessment, today, runId, task, answers, replies: [], question: null, agreedPeriod };
    const outcome = assess(input);
    if (outcome.kind === "ready") {
      const { brief, skillTitle, deliverables } = outcome;
      return { brief, skillTitle, deliverables };
    }
  }
  return null;
}

/** What makes two briefs different work; wording does not. */
function keyOf({ skill, businessUnitId, periods, sources, brandTerms }: Brief): string {
  const { start, end } = periods.primary;
  return JSON.stringify([skill, businessUnitId, start, end, sources, brandTerms]);
}

function differencesOf(state: RunState, from: Brief, { brief: to, skillTitle }: Understood): readonly string[] {
  const differences: string[] = [];
  const note = (what: string, before: string, after: string) => {
    if (before !== after) differences.push(`the ${what} from ${before} to ${after}`);
  };
  note("skill", `${state.skillTitle}`, skillTitle);
  note("client", from.businessUnitName, to.businessUnitName);
  note("period", spanOf(from), spanOf(to));
  // Another client brings its own; that goes without saying.
  if (from.businessUnitId !== to.businessUnitId) return differences;
  note("sources", sourcesOf(from.sources), sourcesOf(to.sources));
  note("brand terms", listOf(from.brandTerms), listOf(to.brandTerms));
  return differences;
}

function spanOf({ periods }: Brief): string {
  return periods.primary.label;
}

function sourcesOf(sources: readonly SourceAsset[]): string {
  return listOf(sources.map((source) => source.externalId));
}

function listOf(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.slice(0, 12).join(", ").slice(0, 200);
}

/** The open question about a change; null when there is none. */
export function changeQuestion(state: RunState): string | null {
  const { change } = state.talk;
  if (change === null) return null;
  const what = `The task was edited while I work on it; it changes ${change.differences.join("; ")}.`;
  if (change.whoMayApply === undefined)
    return `${what} Reply “apply” to start over with it, or “keep” to leave the work as it is.`;
  return `${what} ${change.whoMayApply} can reply “apply” to have me start over with it; “keep” leaves the work as it is.`;
}
