/**
 * The contract between the runner and a hosted skill.
 *
 * A skill is code (`src/skills/<id>/`) and a prompt (`skills/<id>/SKILL.md`). The runner owns the lease, the journal,
 * the attachments and the registry; the skill gathers, proves and writes. Everything a skill does that must not be
 * repeated after a crash happens inside `ctx.step`.
 */
import type { Brief, ChannelProvenance, ItemAnswer, RequestedItem, SourceAsset } from "../core/run/brief.ts";
import type { Amounts } from "../core/run/budget.ts";
import type { AccurankerPort } from "../ports/accuranker/port.ts";
import type { Ga4Port } from "../ports/ga4/port.ts";
import type { ModelPort } from "../ports/model/port.ts";
import type { SearchConsolePort } from "../ports/search-console/port.ts";
import type { SnapshotsPort } from "../ports/snapshots/port.ts";

export type { Brief, ChannelProvenance, ItemAnswer, RequestedItem, SourceAsset };

/** What a version after the first is made for: the feedback round it answers, or none when it is made anew. */
export interface RevisionRequest {
  readonly roundId: string | null;
  readonly round: number;
  readonly items: readonly RequestedItem[];
  readonly previousArtifactId: string;
  /** Items of earlier rounds that were done, oldest first: a new version keeps what they changed. */
  readonly earlier?: readonly RequestedItem[];
  /** True while nothing but these items asks for a version: a skill that can do none of them leaves the one there is. */
  readonly mayStay?: boolean;
}

/** What a skill may touch. Ports a Business Unit has no credentials for throw ConfigError when called. */
export interface SkillPorts {
  readonly searchConsole: SearchConsolePort;
  readonly ga4: Ga4Port;
  readonly accuranker: AccurankerPort;
  readonly model: ModelPort;
  readonly snapshots: SnapshotsPort;
}

/** What a skill says of a step. */
export interface StepOptions {
  /**
   * Doing it again costs little and changes nothing outside, such as reading from an upstream. When it was quick, its
   * result is committed together with its neighbours', 50 ms later at most.
   */
  readonly repeatable?: boolean;
}

/** Names of steps, by phase (`src/core/run/restart.ts`). */
export type StepKey = `gather.${string}` | `compute.${string}` | "narrate" | `narrate.${string}`;

/** Lent by the runner for one attempt. */
export interface SkillContext {
  readonly brief: Brief;
  readonly revision: RevisionRequest | null;
  readonly artifactId: string;
  readonly artifactVersion: number;
  readonly ports: SkillPorts;
  /** True while an optional source that fails for now is worth another attempt rather than a report without it. */
  readonly patient?: boolean;
  /** When the attempt's first step ran, ISO 8601 UTC; journalled, so the same after a crash. */
  readonly startedAt: string;
  /**
   * Runs `work` once per run: a result that was journalled before is returned without running it again.
   * The result must be JSON. Keys are stable and unique within the round, e.g. `gather.gsc.totals`. The first word says
   * the phase, so that a restart can begin with it: `gather.` fetches, `narrate` words, `compute.` is all between.
   * @param label what staff see in the live panel, e.g. "Search Console: totals"
   * @param how absent: on disk before this returns, as for a model call, which costs money each time
   */
  step<T>(key: StepKey, label: string, work: () => Promise<T>, how?: StepOptions): Promise<T>;
  /** Fetches one page of a website, counted against the run's budget before `work` begins. */
  page<T>(work: () => Promise<T>): Promise<T>;
}

/** One file of the package. Bytes travel once, from the package step to R2. */
export interface ReportFile {
  readonly name: string;
  readonly mediaType: string;
  /** `report` is the HTML people read, `evidence` the machine-readable proof, `table` a CSV behind a table. */
  readonly role: "report" | "evidence" | "table";
  readonly body: string;
}

/** A finished package. */
export interface SkillResult {
  readonly kind: "package";
  readonly files: readonly ReportFile[];
  /** The answer first: plain-text sentences with the figures already rendered from facts, at most five. */
  readonly answer: readonly string[];
  /** Where a reviewer should look, plain text, at most four. */
  readonly lookAt: readonly string[];
  /** `model` when every narrative section came from the model, `mixed` or `rules` otherwise. */
  readonly narrator: "model" | "mixed" | "rules";
  readonly provenance: readonly ChannelProvenance[];
  readonly answers: readonly ItemAnswer[];
}

/** None of what a revision asks for can be done: the report there is stays as it is. */
export interface SkillUnchanged {
  readonly kind: "unchanged";
  readonly answers: readonly ItemAnswer[];
}

export type SkillOutcome = SkillResult | SkillUnchanged | SkillRefusal;

/** The skill cannot deliver a report worth reading: a gate of the report's contract failed. */
export interface SkillRefusal {
  readonly kind: "blocked";
  readonly code: string;
  /** What is missing or wrong and who can fix it, plain words. */
  readonly detail: string;
}

/** A question about a finished report, answered from its evidence alone. */
export interface DiscussionAnswer {
  /** Plain-text sentences with figures rendered from facts. */
  readonly sentences: readonly string[];
}

/** A hosted skill. */
export interface Skill {
  readonly id: string;
  readonly title: string;
  /** What the consultant gets, for the Delegation Confirmation. */
  readonly deliverables: readonly string[];
  readonly requiredSources: readonly SourceAsset["kind"][];
  readonly optionalSources: readonly SourceAsset["kind"][];
  /** Limits that differ from those of the settings, because the skill needs less or more than most. */
  readonly budget?: Amounts;
  /** True when the text of a task asks for this skill. */
  matches(text: string): boolean;
  run(ctx: SkillContext): Promise<SkillOutcome>;
  /** Answers a reviewer's question from `evidence.json` of the current artifact. */
  discuss(evidenceJson: string, question: string, model: ModelPort): Promise<DiscussionAnswer>;
}
