/** Writes the prose of a report: plain sentences whose figures are references, never digits. */
import { allTexts, isObject, type JsonObject, objectsIn, textsIn } from "./capsule.ts";
import { baseOf, type Ref, sentence } from "./phrases.ts";

const MOST_SENTENCES = 3;

/** Answer of schema `narrative`: for every section as many sentences as it may have, one for each finding. */
export function narrative(capsule: JsonObject): { sections: { id: string; sentences: string[] }[] } {
  const labels = labelsIn(capsule);
  const sections = objectsIn(capsule.sections).flatMap((section) => {
    const { id } = section;
    return typeof id === "string" ? [{ id, sentences: sentencesOf(section, labels) }] : [];
  });
  return { sections };
}

/** Answer of schema `discussion`: the figures whose names share most words with the question. */
export function discussion(capsule: JsonObject): { sentences: string[] } {
  const labels = labelsIn(capsule);
  const allowed = textsIn(capsule.allowed);
  const asked = (typeof capsule.question === "string" ? capsule.question.toLowerCase() : "").match(/\p{L}{4,}/gu) ?? [];
  const about = ([base, refs]: readonly [string, readonly Ref[]]): number => {
    const words = [base.replaceAll("_", ""), ...refs.map(({ label }) => label ?? "")].join(" ").toLowerCase();
    return asked.filter((word) => words.includes(word)).length;
  };
  const best = [...groupsOf(allowed, labels)].sort((a, b) => about(b) - about(a)).slice(0, 2);
  const told = best.flatMap(
    ([, refs]) => sentence({ refs, quotes: [], movement: "unknown", rule: "", allowed: new Set(allowed) }) ?? [],
  );
  return { sentences: told.length > 0 ? told : ["The evidence of this report does not answer that question."] };
}

/** Trusted names of figures, wherever the capsule tells them; a name that holds a digit would be a figure of its own. */
function labelsIn(value: unknown): Map<string, string> {
  const labels = new Map<string, string>();
  const visit = (each: unknown): void => {
    if (Array.isArray(each)) each.forEach(visit);
    if (!isObject(each)) return;
    const { id, label } = each;
    const name = typeof label === "string" ? (label.split(",")[0] ?? "").trim() : "";
    if (typeof id === "string" && /^[\p{L}][\p{L} '()-]*$/u.test(name)) labels.set(id, name);
    Object.values(each).forEach(visit);
  };
  visit(value);
  return labels;
}

function sentencesOf(section: JsonObject, labels: ReadonlyMap<string, string>): string[] {
  const allowed = textsIn(section.allowed);
  const most = typeof section.most === "number" ? section.most : MOST_SENTENCES;
  const told = new Set<string>();
  const tell = (named: readonly string[], movement: string, rule: string): void => {
    const made = sentence({
      refs: refsOf(named, labels),
      quotes: named.filter((id) => id.startsWith("quote:")),
      movement,
      rule,
      allowed: new Set(allowed),
    });
    if (made !== null && told.size < most) told.add(made);
  };
  for (const finding of objectsIn(section.findings)) {
    const rule = typeof finding.rule === "string" ? finding.rule : "";
    tell(referencesIn(finding, allowed), movementOf(finding, rule), rule);
  }
  if (told.size === 0) {
    for (const [, refs] of groupsOf(allowed, labels))
      tell(
        refs.map(({ id }) => id),
        "unknown",
        "",
      );
  }
  return told.size > 0 ? [...told] : ["Nothing in this part of the evidence calls for comment."];
}

function refsOf(ids: readonly string[], labels: ReadonlyMap<string, string>): Ref[] {
  return ids
    .filter((id) => !id.startsWith("quote:") && !id.startsWith("period."))
    .map((id) => ({ id, label: labels.get(id) ?? labels.get(baseOf(id)) ?? null }));
}

/** References a finding names, as ids or bare quotation ids, in the order it names them. */
function referencesIn(finding: JsonObject, allowed: readonly string[]): string[] {
  const named = allTexts(finding).flatMap((text) => [text, `quote:${text}`]);
  return [...new Set(named.filter((text) => allowed.includes(text)))];
}

/** How far movement words may go: the finding's movement, or the end of its rule's name. */
function movementOf(finding: JsonObject, rule: string): string {
  if (typeof finding.movement === "string") return finding.movement;
  return /(?:^|[_.])(up_clear|down_clear|up|down|flat)$/.exec(rule)?.[1] ?? "unknown";
}

/** Figures by what they measure: `gsc.clicks` has `gsc.clicks.primary`, `gsc.clicks.delta_pct`, … */
function groupsOf(allowed: readonly string[], labels: ReadonlyMap<string, string>): Map<string, Ref[]> {
  const groups = new Map<string, Ref[]>();
  for (const ref of refsOf(allowed, labels)) {
    const base = baseOf(ref.id);
    groups.set(base, [...(groups.get(base) ?? []), ref]);
  }
  return groups;
}
