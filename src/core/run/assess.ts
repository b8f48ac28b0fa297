/**
 * Assessment: is the task Jessie's, what is asked for, can it be done now?
 * Custom fields win over text, an answer to Jessie's question wins over both.
 */
import { type PeriodReading, resolvePeriod } from "../facts/periods.ts";
import { clientGap, periodGap, questionText, skillGap } from "./assess-question.ts";
import type { Brief, SourceAsset } from "./brief.ts";
import type { StaffMember } from "./conversation.ts";
import type { Cause, Question, RunFinding, RunSettings } from "./types.ts";

/** A task as the actor read it from Asana. All text is untrusted. */
export interface TaskReading {
  readonly gid: string;
  readonly name: string;
  readonly notes: string;
  readonly completed: boolean;
  readonly assigneeGid: string | null;
  readonly requester: { readonly gid: string; readonly name: string } | null;
  readonly projectGids: readonly string[];
  readonly fields: readonly { readonly name: string; readonly value: string | null }[];
  readonly url: string | null;
}

/** A Business Unit as the registry holds it, as far as an assessment needs it. */
export interface UnitRecord {
  readonly businessUnitId: string;
  readonly name: string;
  readonly clientName: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly brandTerms: readonly string[];
  readonly pageGroups: readonly { readonly label: string; readonly prefix: string }[];
  readonly sources: readonly SourceAsset[];
  /** Who may start and steer its runs. */
  readonly staff: readonly StaffMember[];
}

/** A hosted skill as the assessment sees it. */
export interface SkillRecord {
  readonly id: string;
  readonly title: string;
  readonly deliverables: readonly string[];
  readonly requiredSources: readonly SourceAsset["kind"][];
  readonly optionalSources: readonly SourceAsset["kind"][];
  matches(text: string): boolean;
}

/** Everything an assessment looks at. */
export interface AssessmentInput {
  readonly runId: string;
  readonly task: TaskReading;
  /** What people said since the first question, newest first. */
  readonly answers: readonly string[];
  /** Those of the answers that came after the present question. */
  readonly replies: readonly string[];
  readonly question: Question | null;
  /** A suggestion that was agreed to before. */
  readonly agreedPeriod: string | null;
  readonly units: readonly UnitRecord[];
  readonly skills: readonly SkillRecord[];
  /** Names of secrets a source kind lacks; empty or absent: all there. */
  readonly missingSecrets: Readonly<Record<string, readonly string[]>>;
  /** Pacific day, `YYYY-MM-DD`: the calendar of Search Console. */
  readonly today: string;
}

export type Assessment =
  | {
      readonly kind: "ready";
      readonly brief: Brief;
      readonly skillTitle: string;
      readonly deliverables: readonly string[];
      readonly agreedPeriod: string | null;
    }
  | {
      readonly kind: "question";
      readonly text: string;
      /** What is missing, without what only the calendar or the registry moves; a question about the same is not put again. */
      readonly about: string;
      readonly suggestedPeriod: string | null;
      readonly agreedPeriod: string | null;
    }
  | { readonly kind: "blocked"; readonly findings: readonly RunFinding[]; readonly cause: Cause };

/** Why a task is not Jessie's; null when it is. */
export function notEligible(task: TaskReading, settings: RunSettings): Cause | null {
  if (!task.projectGids.includes(settings.intakeProjectGid)) {
    return { code: "not_in_intake", detail: "The task is not in the Jessie Intake project." };
  }
  if (task.assigneeGid !== settings.jessieUserGid) {
    return { code: "not_assigned", detail: "The task is not assigned to Jessie." };
  }
  if (task.completed) return { code: "task_completed", detail: "The task is completed." };
  return null;
}

const AFFIRMATIVE =
  /^\s*(yes|yep|yeah|ok|okay|sure|please do|do that|go ahead|correct|agreed|fine|ja|gerne|einverstanden)\b/i;
/** "OK, but wait for the end of the month" agrees to nothing. */
const HESITANT =
  /\b(no|not|wait|hold|but|instead|unless|until|rather|nein|nicht|aber|erst|warten?|nej|ikke|men|vent|først)\b|n['’]t\b|\?/i;

/** Reads what is asked for; says what is missing in one question, or what blocks and who can fix it. */
export function assess(input: AssessmentInput): Assessment {
  const skill = findSkill(input);
  const unit = findUnit(input);
  const agreedPeriod = agreed(input);
  const period = findPeriod(input, agreedPeriod);
  if (skill === null || unit.kind !== "unit" || period.kind !== "period") {
    const gaps = [
      ...(skill === null ? [skillGap(input.skills)] : []),
      ...(unit.kind === "unit" ? [] : [clientGap(unit)]),
      ...(period.kind === "period" ? [] : [periodGap(period)]),
    ];
    return {
      kind: "question",
      text: questionText(gaps, input.question !== null),
      about: gaps.map(({ about }) => about).join("; "),
      suggestedPeriod: period.kind === "not_mature" ? period.suggestion : null,
      agreedPeriod,
    };
  }
  const findings = sourceFindings(unit.unit, skill, input.missingSecrets);
  const [first] = findings;
  if (first !== undefined) {
    const detail = findings.map((finding) => `${finding.what} ${finding.fix}`).join(" ");
    return { kind: "blocked", findings, cause: { code: first.code, detail } };
  }
  return {
    kind: "ready",
    brief: briefOf(input, skill, unit.unit, period),
    skillTitle: skill.title,
    deliverables: skill.deliverables,
    agreedPeriod,
  };
}

/** The period a person agreed to: by a reply to the question that suggested it, now or earlier. */
function agreed(input: AssessmentInput): string | null {
  const suggested = input.question?.suggestedPeriod ?? null;
  if (suggested === null) return input.agreedPeriod;
  return input.replies.some((text) => AFFIRMATIVE.test(text) && !HESITANT.test(text)) ? suggested : input.agreedPeriod;
}

function field(task: TaskReading, ...names: readonly string[]): string | null {
  const found = task.fields.find(
    (one) => names.includes(one.name.trim().toLowerCase()) && (one.value ?? "").trim() !== "",
  );
  return found?.value?.trim() ?? null;
}

function findSkill(input: AssessmentInput): SkillRecord | null {
  const texts = [...input.answers, field(input.task, "skill", "report", "service"), input.task.name, input.task.notes];
  for (const text of texts) {
    if (text === null || text === "") continue;
    const named = input.skills.filter((skill) => skill.id === text.toLowerCase() || skill.matches(text));
    const [only] = named;
    if (only !== undefined && named.length === 1) return only;
  }
  return null;
}

/** Which Business Unit the task names: one, none of `known`, or several. */
export type UnitReading =
  | { readonly kind: "unit"; readonly unit: UnitRecord }
  | { readonly kind: "none"; readonly known: readonly string[] }
  | { readonly kind: "several"; readonly candidates: readonly string[] };

function findUnit(input: AssessmentInput): UnitReading {
  const named = field(input.task, "client", "business unit", "brand");
  for (const text of [...input.answers, named, input.task.name, input.task.notes]) {
    if (text === null || text === "") continue;
    const found = unitsNamedIn(text, input.units);
    const [only] = found;
    if (only !== undefined && found.length === 1) return { kind: "unit", unit: only };
    if (found.length > 1) return { kind: "several", candidates: found.map((unit) => unit.name) };
  }
  return { kind: "none", known: input.units.map((unit) => unit.name) };
}

/** Units whose name, or whose client's name, stands in the text as whole words. A unit's own name beats its client's. */
function unitsNamedIn(text: string, units: readonly UnitRecord[]): readonly UnitRecord[] {
  const words = normalised(text);
  const byUnit = units.filter((unit) => words.includes(normalised(unit.name)));
  if (byUnit.length > 0) return byUnit;
  return units.filter((unit) => words.includes(normalised(unit.clientName)));
}

function normalised(text: string): string {
  return ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()} `;
}

function findPeriod(input: AssessmentInput, agreedPeriod: string | null): PeriodReading {
  const named = field(input.task, "period", "reporting period", "month");
  const texts = [
    ...input.answers,
    ...(agreedPeriod === null ? [] : [agreedPeriod]),
    ...(named === null ? [] : [named]),
    input.task.name,
    input.task.notes,
  ];
  return resolvePeriod(
    texts.filter((text) => text.trim() !== ""),
    input.today,
  );
}

const SOURCE_WORDS: Readonly<Record<SourceAsset["kind"], string>> = {
  search_console_site: "Search Console site",
  ga4_property: "GA4 property",
  accuranker_domain: "AccuRanker domain",
};

function sourceFindings(
  unit: UnitRecord,
  skill: SkillRecord,
  missingSecrets: AssessmentInput["missingSecrets"],
): RunFinding[] {
  const findings: RunFinding[] = [];
  for (const kind of skill.requiredSources) {
    if (!unit.sources.some((source) => source.kind === kind)) {
      findings.push({
        code: `${kind}_missing`,
        what: `${unit.name} has no ${SOURCE_WORDS[kind]}.`,
        fix: "An admin can add it under Sources of the Business Unit.",
      });
      continue;
    }
    const secrets = missingSecrets[kind] ?? [];
    if (secrets.length > 0) {
      findings.push({
        code: `${kind}_credential_missing`,
        what: `Jessie has no credential for the ${SOURCE_WORDS[kind]}: ${secrets.join(", ")} is not set.`,
        fix: "Ops can set it in the secrets store.",
      });
    }
  }
  return findings;
}

function briefOf(
  input: AssessmentInput,
  skill: SkillRecord,
  unit: UnitRecord,
  period: Extract<PeriodReading, { kind: "period" }>,
): Brief {
  const wanted = [...skill.requiredSources, ...skill.optionalSources];
  return {
    runId: input.runId,
    taskGid: input.task.gid,
    taskName: input.task.name.slice(0, 300),
    skill: skill.id,
    clientName: unit.clientName,
    businessUnitId: unit.businessUnitId,
    businessUnitName: unit.name,
    periods: period.periods,
    sources: unit.sources.filter((source) => wanted.includes(source.kind)),
    brandTerms: unit.brandTerms,
    pageGroups: unit.pageGroups,
    timeZone: unit.timeZone,
    currency: unit.currency,
  };
}
