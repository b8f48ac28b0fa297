/** Two versions of a report against each other: what their readers would see differ, figure by figure and sentence by sentence. */
import type { VersionChanges } from "../wire-versions.ts";
import { formatFact } from "./format.ts";
import { plainText } from "./plain.ts";
import { parseProse } from "./references.ts";
import type { Evidence, Fact } from "./types.ts";

/** Figures that are told one by one; a report has some hundreds, and data that was fetched anew may change most. */
const MOST_FIGURES = 120;

/** What changed from one version to a later one. */
export function changesBetween(before: Evidence, after: Evidence): VersionChanges {
  const { changed, same } = figures(before, after);
  return {
    from: versionOf(before),
    to: versionOf(after),
    settings: settings(before, after),
    figures: changed.slice(0, MOST_FIGURES),
    moreFigures: Math.max(0, changed.length - MOST_FIGURES),
    sameFigures: same,
    sections: sections(before, after),
    notes: difference(notesOf(before), notesOf(after)),
  };
}

function versionOf({ run }: Evidence): VersionChanges["from"] {
  return { artifactId: run.artifactId, version: run.artifactVersion, generatedAt: run.generatedAt };
}

function settings(before: Evidence, after: Evidence): VersionChanges["settings"] {
  const told = ({ periods, client, model, skill }: Evidence): Readonly<Record<string, string>> => ({
    Client: client.name,
    Period: periods.primary.label,
    "Compared with": `${periods.previous.label}, and ${periods.yearAgo.label}`,
    "Worded by": model === null ? "rules" : model.name,
    "Version of the skill": skill.version,
  });
  const [old, now] = [told(before), told(after)];
  return Object.entries(now).flatMap(([what, words]) => {
    const was = old[what] ?? "";
    return was === words ? [] : [{ what, before: was, after: words }];
  });
}

function figures(
  before: Evidence,
  after: Evidence,
): { readonly changed: VersionChanges["figures"]; readonly same: number } {
  const old = new Map(before.facts.map((fact) => [fact.id, fact]));
  const now = new Set(after.facts.map(({ id }) => id));
  const pairs: (readonly [Fact | null, Fact | null])[] = [
    ...after.facts.map((fact) => [old.get(fact.id) ?? null, fact] as const),
    ...before.facts.filter(({ id }) => !now.has(id)).map((fact) => [fact, null] as const),
  ];
  const told = pairs.flatMap(([was, is]) => {
    const [seen, sees] = [was === null ? null : formatFact(was), is === null ? null : formatFact(is)];
    return seen === sees && was?.label === is?.label ? [] : [figure(was, is, before, after)];
  });
  return { changed: told, same: pairs.length - told.length };
}

function figure(
  was: Fact | null,
  is: Fact | null,
  before: Evidence,
  after: Evidence,
): VersionChanges["figures"][number] {
  const fact = is ?? was;
  const { periods } = is === null ? before : after;
  const period = fact?.period ?? null;
  return {
    id: fact?.id ?? "",
    label: fact?.label ?? "",
    period: period === null ? null : periods[period].label,
    before: was === null ? null : formatFact(was),
    after: is === null ? null : formatFact(is),
  };
}

/** Sections in the order of the later version, then those it does not have. */
function sections(before: Evidence, after: Evidence): VersionChanges["sections"] {
  const [old, now] = [sentencesOf(before), sentencesOf(after)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((section) => {
    const [was, is] = [old.get(section) ?? [], now.get(section) ?? []];
    const { gone, come } = difference(was, is);
    return gone.length + come.length === 0 ? [] : [{ section, gone, come, kept: is.length - come.length }];
  });
}

function sentencesOf(evidence: Evidence): ReadonlyMap<string, readonly string[]> {
  const sentences = new Map<string, string[]>();
  for (const { section, text } of evidence.narrative) {
    const list = sentences.get(section) ?? [];
    list.push(asRead(text, evidence));
    sentences.set(section, list);
  }
  return sentences;
}

/** A sentence as readers saw it; as it was written where a reference of it leads nowhere, rather than not at all. */
function asRead(text: string, evidence: Evidence): string {
  const known = parseProse(text).every((piece) => {
    if (piece.kind === "fact") return evidence.facts.some(({ id }) => id === piece.id);
    return piece.kind !== "quote" || evidence.texts.some(({ id }) => id === piece.id);
  });
  return known ? plainText(text, evidence) : text;
}

function notesOf({ caveats, checks }: Evidence): readonly string[] {
  const failed = checks.filter(({ passed }) => !passed).map(({ detail }) => `A check did not pass: ${detail}`);
  return [...caveats.map(({ text }) => text), ...failed];
}

/** What stands in one list and not in the other; said twice counts twice. */
function difference(before: readonly string[], after: readonly string[]): { gone: string[]; come: string[] } {
  return { gone: without(before, after), come: without(after, before) };
}

function without(list: readonly string[], taken: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const one of taken) left.set(one, (left.get(one) ?? 0) + 1);
  return list.filter((one) => {
    const there = left.get(one) ?? 0;
    left.set(one, there - 1);
    return there <= 0;
  });
}
