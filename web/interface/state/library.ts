/** The Report Library: what is looked for, how that stands in the address, and what is said of a report. */
import type { AppraisalAct, Artifact } from "../../../src/core/wire-artifact.ts";
import { LifecycleSchema } from "../../../src/core/wire-artifact.ts";
import type { Report, ReportDetail, ReportVersion, SavedView } from "../../../src/core/wire-reports.ts";
import { lifecycleWords, skillWords, type Words } from "./words.ts";

/** What the list is narrowed to; an empty text narrows nothing. */
export interface ReportFilter {
  readonly q: string;
  readonly businessUnitId: string;
  readonly skill: string;
  readonly lifecycle: string;
  readonly reusable: string;
  readonly month: string;
}

export const EVERYTHING: ReportFilter = {
  q: "",
  businessUnitId: "",
  skill: "",
  lifecycle: "",
  reusable: "",
  month: "",
};

const NAMES = ["q", "businessUnitId", "skill", "lifecycle", "reusable", "month"] as const;
const MOST_TEXT = 200;

/** What an address asks for. A value the server would refuse is left out: an old link shows more, not an error. */
export function filterOf(query: string): ReportFilter {
  const asked = new URLSearchParams(query);
  const text = (name: string): string => (asked.get(name) ?? "").trim().slice(0, MOST_TEXT);
  const one = (name: string, known: (value: string) => boolean): string => (known(text(name)) ? text(name) : "");
  return {
    q: text("q"),
    businessUnitId: text("businessUnitId"),
    skill: text("skill"),
    lifecycle: one("lifecycle", (value) => LifecycleSchema.options.some((option) => option === value)),
    reusable: one("reusable", (value) => value === "true" || value === "false"),
    month: one("month", (value) => /^\d{4}-\d{2}$/.test(value)),
  };
}

/** The parameters that say something, always in the same order: two views are the same when these are. */
export function parametersOf(filter: ReportFilter): Record<string, string> {
  return Object.fromEntries(NAMES.flatMap((name) => (filter[name].trim() === "" ? [] : [[name, filter[name].trim()]])));
}

/** The filter as the query of an address. */
export function queryOf(filter: ReportFilter): string {
  return new URLSearchParams(parametersOf(filter)).toString();
}

/** Address of the list as it is narrowed. */
export function libraryPath(filter: ReportFilter): string {
  const query = queryOf(filter);
  return query === "" ? "/reports" : `/reports?${query}`;
}

/** Address of a report. */
export function reportAddress(artifactId: string): string {
  return `/reports/${encodeURIComponent(artifactId)}`;
}

/** The saved view that shows just this; null when none does. */
export function viewOf(views: readonly SavedView[], filter: ReportFilter): SavedView | null {
  return views.find((view) => queryOf(filterOf(view.query)) === queryOf(filter)) ?? null;
}

/** A name for a view nobody named yet: “Accepted, reusable, plunkett”. */
export function suggestedName(filter: ReportFilter, unitName: string | null): string {
  const { q, skill, lifecycle, reusable, month } = filter;
  const known = LifecycleSchema.options.find((option) => option === lifecycle);
  const parts = [
    unitName ?? "",
    skill === "" ? "" : skillWords(skill),
    known === undefined ? "" : lifecycleWords(known).label,
    reusable === "" ? "" : reusable === "true" ? "Reusable" : "Not reusable",
    month,
    q,
  ];
  const name = parts.filter((part) => part !== "").join(", ");
  return name === "" ? "All reports" : name.slice(0, 60);
}

/** Whether a report may be used again, in two words; the reason stands beside it. */
export function reuseWords({ reusable, code }: Report["reuse"]): Words {
  if (reusable) return { label: "Reusable", tone: "good" };
  return code === "in_review" ? { label: "Not yet reusable", tone: "idle" } : { label: "Not reusable", tone: "wait" };
}

/** What can be done to a report, in the words of its button and its question. */
export interface Deed {
  readonly act: AppraisalAct;
  readonly label: string;
  readonly does: string;
  readonly done: string;
  readonly danger: boolean;
}

const DEEDS: Readonly<Record<AppraisalAct, Omit<Deed, "act">>> = {
  dismiss: {
    label: "Dismiss",
    does: "It stays in the library and says that it no longer counts. Its files stay as they are.",
    done: "The report is dismissed.",
    danger: true,
  },
  reinstate: {
    label: "Reinstate",
    does: "It counts again as it did before it was dismissed.",
    done: "The report counts again.",
    danger: false,
  },
  mark_reusable: {
    label: "Mark as reusable",
    does: "Your word outweighs restatements of before. A value that changes afterwards counts again.",
    done: "The report is marked as reusable.",
    danger: false,
  },
  mark_not_reusable: {
    label: "Mark as not reusable",
    does: "Whoever looks for reports to build on no longer finds it.",
    done: "The report is marked as not reusable.",
    danger: false,
  },
  unmark: {
    label: "Take the mark off",
    does: "The rules alone say again whether it may be used.",
    done: "The mark is off.",
    danger: false,
  },
};

/** What an act means. */
export function deedOf(act: AppraisalAct): Deed {
  return { act, ...DEEDS[act] };
}

/** What a report in this state can be asked; the server decides. A report in review is decided on its task. */
export function deedsFor(report: Pick<Report, "lifecycle" | "appraisal">): readonly Deed[] {
  const { lifecycle, appraisal } = report;
  const word = appraisal?.reuse ?? null;
  const acts: AppraisalAct[] = [];
  if (lifecycle === "accepted" && word?.reusable !== true) acts.push("mark_reusable");
  if (word?.reusable !== false) acts.push("mark_not_reusable");
  if (word !== null) acts.push("unmark");
  acts.push(lifecycle === "dismissed" ? "reinstate" : "dismiss");
  return acts.map(deedOf);
}

/** The versions from the newest to the first, this one among them, as each says which it took the place of. */
export function chainOf(versions: readonly ReportVersion[]): readonly ReportVersion[] {
  return versions.toSorted((a, b) => b.version - a.version);
}

/** The version that took the place of this one; null while none did. */
export function successorOf(report: Pick<ReportDetail, "artifactId" | "versions">): ReportVersion | null {
  return report.versions.find(({ supersedes }) => supersedes === report.artifactId) ?? null;
}

/** One thing that happened to a report or to what it belongs to. */
export type Moment =
  | { readonly kind: "made"; readonly at: string; readonly version: ReportVersion }
  | { readonly kind: "round"; readonly at: string; readonly round: ReportDetail["rounds"][number] }
  | { readonly kind: "accepted"; readonly at: string; readonly version: ReportVersion; readonly by: string }
  | { readonly kind: "said"; readonly at: string; readonly by: string; readonly reason: string; readonly what: string }
  | { readonly kind: "restated"; readonly at: string; readonly count: number };

function said(appraisal: Artifact["appraisal"]): readonly Moment[] {
  const { dismissed = null, reuse = null } = appraisal ?? {};
  const list: Moment[] = [];
  if (dismissed !== null) list.push({ kind: "said", what: "dismissed this version", ...dismissed });
  if (reuse !== null) {
    const { at, by, reason, reusable } = reuse;
    list.push({ kind: "said", what: reusable ? "marked it as reusable" : "marked it as not reusable", at, by, reason });
  }
  return list;
}

/** How the report became what it is, oldest first. Restatements of one instant are one entry. */
export function momentsOf(report: ReportDetail): readonly Moment[] {
  const restated = new Map<string, number>();
  for (const { recordedAt } of report.restatements) restated.set(recordedAt, (restated.get(recordedAt) ?? 0) + 1);
  const list: readonly Moment[] = [
    ...report.versions.map((version): Moment => ({ kind: "made", at: version.createdAt, version })),
    ...report.rounds.map((round): Moment => ({ kind: "round", at: round.openedAt, round })),
    ...report.versions.flatMap((version): readonly Moment[] =>
      version.acceptedAt === null
        ? []
        : [{ kind: "accepted", at: version.acceptedAt, version, by: version.acceptedBy ?? "Somebody" }],
    ),
    ...said(report.appraisal),
    ...[...restated].map(([at, count]): Moment => ({ kind: "restated", at, count })),
  ];
  return list.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
