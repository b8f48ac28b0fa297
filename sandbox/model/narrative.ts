/** Writes the prose of a report: plain sentences whose figures are references, never digits. */
import { allTexts, isObject, type JsonObject, objectsIn, textsIn } from "./capsule.ts";

const MOST_SENTENCES = 3;

/** Answer of schema `narrative`. */
export function narrative(capsule: JsonObject): { sections: { id: string; sentences: string[] }[] } {
  const labels = labelsIn(capsule);
  const sections = objectsIn(capsule.sections).flatMap((section) => {
    const { id } = section;
    return typeof id === "string" ? [{ id, sentences: sentencesOf(section, labels) }] : [];
  });
  return { sections };
}

/** Answer of schema `discussion`. */
export function discussion(capsule: JsonObject): { sentences: string[] } {
  const labels = labelsIn(capsule);
  const allowed = textsIn(capsule.allowed);
  const question = typeof capsule.question === "string" ? capsule.question.toLowerCase() : "";
  const asked = question.match(/\p{L}{4,}/gu) ?? [];
  const about = (base: string): number => {
    const words = `${base} ${labels.get(`${base}.primary`) ?? labels.get(base) ?? ""}`.toLowerCase();
    return asked.filter((word) => words.includes(word)).length;
  };
  const groups = groupsOf(allowed);
  const best = [...groups].sort(([a], [b]) => about(b) - about(a)).slice(0, 2);
  const sentences = best
    .map(([, refs]) => figureSentence(refs, allowed, labels, "unknown"))
    .filter((text) => text !== null);
  const closing = "The report does not hold evidence that would answer more than this.";
  return { sentences: sentences.length === 0 ? [closing] : sentences };
}

/** Trusted names of facts, wherever the capsule tells them; one that holds a digit would be a figure of its own. */
function labelsIn(value: unknown): Map<string, string> {
  const labels = new Map<string, string>();
  const visit = (each: unknown): void => {
    if (Array.isArray(each)) each.forEach(visit);
    if (!isObject(each)) return;
    const { id, label } = each;
    if (typeof id === "string" && typeof label === "string" && /^[\p{L} ,'()-]+$/u.test(label)) labels.set(id, label);
    Object.values(each).forEach(visit);
  };
  visit(value);
  return labels;
}

type Movement = "up_clear" | "up" | "flat" | "down" | "down_clear" | "unknown";

function sentencesOf(section: JsonObject, labels: Map<string, string>): string[] {
  const allowed = textsIn(section.allowed);
  const told: string[] = [];
  for (const finding of objectsIn(section.findings)) {
    const refs = referencesIn(finding, allowed);
    const sentence = figureSentence(refs, allowed, labels, movementOf(finding));
    if (sentence !== null && !told.includes(sentence)) told.push(sentence);
    if (told.length === MOST_SENTENCES) return told;
  }
  for (const [, refs] of told.length === 0 ? groupsOf(allowed) : []) {
    const sentence = figureSentence(refs, allowed, labels, "unknown");
    if (sentence !== null) told.push(sentence);
    if (told.length === MOST_SENTENCES - 1) break;
  }
  return told.length === 0 ? ["Nothing in this part of the evidence calls for comment."] : told;
}

/** References a finding names, as ids or bare quote ids, in the order it names them. */
function referencesIn(finding: JsonObject, allowed: readonly string[]): string[] {
  const named = allTexts(finding).flatMap((text) => [text, `quote:${text}`]);
  return [...new Set(named.filter((text) => allowed.includes(text)))];
}

/** The licence of movement words a finding gives, by its movement or the end of its rule. */
function movementOf(finding: JsonObject): Movement {
  const { movement, rule } = finding;
  const words = [movement, rule].filter((word) => typeof word === "string").join(" ");
  const found = /(?:^|[_ ])(up_clear|down_clear|up|down|flat)(?:$|[ ])/.exec(words)?.[1];
  if (found === "up" || found === "up_clear" || found === "down" || found === "down_clear") return found;
  return found === "flat" ? "flat" : "unknown";
}

const ENDING = /\.(primary|previous|year_ago|yearAgo|delta_abs|delta_pct|delta_pp|delta_pct_yoy|z|value)$/;

/** Figures by what they measure: `gsc.clicks` has `gsc.clicks.primary`, `gsc.clicks.delta_pct`, … */
function groupsOf(allowed: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const id of allowed) {
    if (id.startsWith("period.") || id.startsWith("quote:")) continue;
    const base = id.replace(ENDING, "");
    groups.set(base, [...(groups.get(base) ?? []), id]);
  }
  return groups;
}

const ref = (id: string): string => `{{${id}}}`;

/** One sentence around the first figure of `refs`, with its earlier value and its change where they are allowed. */
function figureSentence(
  refs: readonly string[],
  allowed: readonly string[],
  labels: Map<string, string>,
  movement: Movement,
): string | null {
  const facts = refs.filter((id) => !id.startsWith("quote:") && !id.startsWith("period."));
  const quote = refs.find((id) => id.startsWith("quote:"));
  const [lead] = facts;
  if (lead === undefined) return quote === undefined ? null : `${ref(quote)} deserves a look.`;
  const base = lead.replace(ENDING, "");
  const pick = (...endings: string[]): string | undefined =>
    endings.map((ending) => `${base}.${ending}`).find((id) => allowed.includes(id));
  const value = pick("primary", "value") ?? lead;
  const before = pick("previous");
  const change = pick("delta_pct", "delta_pp", "delta_abs");
  const where = allowed.includes("period.primary") ? ` in ${ref("period.primary")}` : "";
  const earlier = allowed.includes("period.previous") ? ` in ${ref("period.previous")}` : " before";
  const subject = subjectOf(labels.get(value) ?? labels.get(base) ?? base, quote);
  const against = before === undefined || before === value ? "" : `, against ${ref(before)}${earlier}`;
  const moved = change === undefined || change === value ? "" : changeWords(movement, ref(change));
  return `${subject} stood at ${ref(value)}${where}${against}${moved}.`;
}

function changeWords(movement: Movement, change: string): string {
  switch (movement) {
    case "up_clear":
      return `, clearly up (${change})`;
    case "up":
      return `, up (${change})`;
    case "down_clear":
      return `, clearly down (${change})`;
    case "down":
      return `, down (${change})`;
    case "flat":
      return `, which is within normal variation (${change})`;
    default:
      return `, a change of ${change}`;
  }
}

/** A label as the start of a sentence; an id without a label is spelled out by its last word. */
function subjectOf(name: string, quote: string | undefined): string {
  const spelled = name.includes(".")
    ? (name.split(".").at(-1) ?? "figure").replaceAll(/[^\p{L}]+/gu, " ").trim()
    : name;
  const words = spelled === "" ? "figure" : spelled;
  if (quote !== undefined) return `For ${ref(quote)}, ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
