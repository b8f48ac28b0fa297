/** Sentences around references: which words fit follows from the kind of figures, never from their values. */

/** A figure a sentence may use. */
export interface Ref {
  readonly id: string;
  /** Trusted name, e.g. `Clicks`; null when the capsule tells none. */
  readonly label: string | null;
}

/** What one sentence is made from. */
export interface Material {
  readonly refs: readonly Ref[];
  /** References to quotations, e.g. `quote:q3`. */
  readonly quotes: readonly string[];
  readonly movement: string;
  readonly allowed: ReadonlySet<string>;
}

/** The last part of an id tells what kind of figure it is. */
const ENDING = /\.(primary|previous|year_ago|delta_abs|delta_pct|delta_pp|yoy_abs|yoy_pct|yoy_pp|first|last)$/;
const CHANGES = ["delta_pct", "delta_pp", "delta_abs", "yoy_pct", "yoy_pp", "yoy_abs"];

/** What an id measures, without the period or the comparison. */
export function baseOf(id: string): string {
  return id.replace(ENDING, "");
}

/** One sentence, or null when there is nothing to write about. */
export function sentence(material: Material): string | null {
  const { refs, quotes } = material;
  const [lead] = refs;
  const [quote, second] = quotes;
  if (lead === undefined) return quote === undefined ? null : `${put(quote)} deserves a look.`;
  if (quote !== undefined) return quoted(material, quote, second);
  return compared(material, lead) ?? startAndEnd(refs) ?? changes(refs) ?? kinds(refs) ?? list(material);
}

const put = (id: string): string => `{{${id}}}`;
const endingOf = (id: string): string => ENDING.exec(id)?.[1] ?? "";

function nameOf({ id, label }: Ref): string {
  if (label !== null) return label;
  const words = (baseOf(id).split(".").at(-1) ?? "").replaceAll(/[^\p{L}]+/gu, " ").trim();
  return words === "" ? "The figure" : upper(words);
}

const upper = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
const lower = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** A value of this period against an earlier one, with the change only as far as the movement licenses it. */
function compared(material: Material, lead: Ref): string | null {
  const base = baseOf(lead.id);
  const same = (...endings: string[]): string | undefined =>
    endings.map((ending) => `${base}.${ending}`).find((id) => material.refs.some((ref) => ref.id === id));
  const value = same("primary");
  const before = same("previous", "year_ago");
  if (value === undefined || before === undefined) return null;
  const year = endingOf(before) === "year_ago";
  const change = same(...CHANGES.filter((ending) => ending.startsWith(year ? "yoy" : "delta")));
  const now = period(material, "period.primary", "the period");
  const then = period(
    material,
    year ? "period.year_ago" : "period.previous",
    year ? "the year before" : "the period before",
  );
  const tail = change === undefined ? "" : ` (${put(change)})`;
  const subject = `${nameOf(lead)} came to ${put(value)} in ${now}`;
  switch (material.movement) {
    case "up_clear":
    case "down_clear":
    case "up":
    case "down":
      return `${subject}, ${WORDS[material.movement]} the ${put(before)} of ${then}${tail}.`;
    case "flat":
      return `${subject}, within normal variation of the ${put(before)} of ${then}.`;
    case "low":
      return `${subject} after ${put(before)} in ${then}, too small a base to speak of a trend.`;
    default:
      return `${subject}, after ${put(before)} in ${then}.`;
  }
}

const WORDS = { up_clear: "clearly up on", down_clear: "clearly down on", up: "up on", down: "down on" } as const;

function period(material: Material, id: string, words: string): string {
  return material.allowed.has(id) ? put(id) : words;
}

function startAndEnd(refs: readonly Ref[]): string | null {
  const last = refs.find(({ id }) => endingOf(id) === "last");
  const first = refs.find(({ id }) => id === `${baseOf(last?.id ?? "")}.first`);
  if (last === undefined || first === undefined) return null;
  return `${nameOf(last)} ended the period at ${put(last.id)}, after ${put(first.id)} at its start.`;
}

/** Parts of a change, or one change. */
function changes(refs: readonly Ref[]): string | null {
  if (!refs.every(({ id }) => CHANGES.includes(endingOf(id)))) return null;
  const [only] = refs;
  if (refs.length === 1 && only !== undefined) return `${nameOf(only)} changed by ${put(only.id)}.`;
  return `The change consists of ${joined(refs.map((ref) => `${put(ref.id)} in ${lower(nameOf(ref))}`))}.`;
}

const KINDS: Readonly<Record<string, string>> = {
  improved: "took a better rank",
  declined: "took a worse rank",
  entered: "started to rank",
  left: "stopped ranking",
  fresh: "are new",
  new: "are new",
  lost: "are gone",
  gone: "are gone",
};

/** Several counts of the same thing that differ by their kind. */
function kinds(refs: readonly Ref[]): string | null {
  const parts = refs.map(({ id }) => {
    const kind = baseOf(id)
      .split(".")
      .findLast((part) => part in KINDS);
    return kind === undefined ? null : `${put(id)} ${KINDS[kind]}`;
  });
  const [lead] = refs;
  const told = parts.filter((part) => part !== null);
  if (lead === undefined || refs.length < 2 || told.length < parts.length) return null;
  return `${nameOf(lead)}: ${joined(told)}.`;
}

function list(material: Material): string {
  const { refs } = material;
  const [lead, ...others] = refs;
  if (lead === undefined) return "";
  const now = endingOf(lead.id) === "primary" ? ` in ${period(material, "period.primary", "the period")}` : "";
  const first = `${nameOf(lead)} stood at ${put(lead.id)}${now}`;
  return `${joined([first, ...others.map((ref) => `${lower(nameOf(ref))} at ${put(ref.id)}`)])}.`;
}

/** Figures of a quoted query or page; counts that are not about it come first. */
function quoted({ refs }: Material, quote: string, second: string | undefined): string {
  const own = refs.filter((ref) => isOwn(ref));
  const counts = refs.filter((ref) => !isOwn(ref) && own.length > 0);
  const told = own.length > 0 ? own : refs;
  const change = told.find(({ id }) => CHANGES.includes(endingOf(id)));
  const value = told.find(({ id }) => endingOf(id) === "primary" || endingOf(id) === "");
  const opening = counts.map((ref) => `${nameOf(ref)} that qualify: ${put(ref.id)}; `).join("");
  if (change !== undefined && value !== undefined && value !== change) {
    return `${opening}${put(quote)} changed by ${put(change.id)}, to ${put(value.id)} ${unitOf(value)}.`;
  }
  const figures = told.map((ref) => `${lower(withoutOwner(nameOf(ref)))} at ${put(ref.id)}`);
  const where = second === undefined ? "" : ` on ${put(second)}`;
  return `${opening}${opening === "" ? "For" : "for"} ${put(quote)}${where}, the evidence shows ${joined(figures)}.`;
}

const isOwn = ({ id, label }: Ref): boolean =>
  / of (a|one|the) /.test(label ?? "") || /\.\d+(\.|$)/.test(id) || label === null;

const withoutOwner = (name: string): string => name.replace(/ of (a|one|the) .*$/, "");

function unitOf(ref: Ref): string {
  return lower(withoutOwner(nameOf(ref)));
}
