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
  /** Name of the finding, e.g. `page_winners`; empty when there is none. */
  readonly rule: string;
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

/** What words inside an id mean, where a label alone would mislead. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/striking/, "Openings in striking distance of the first results"],
  [/\.ranked\b/, "Tracked keywords that rank"],
  [/split_volume/, "Clicks that go with the number of impressions"],
  [/split_rate/, "Clicks that go with the click-through rate"],
];

function nameOf({ id, label }: Ref): string {
  const meaning = MEANINGS.find(([pattern]) => pattern.test(id))?.[1];
  if (meaning !== undefined) return meaning;
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
  // A word of direction needs the change beside it, and so does the report's own rule.
  const movement = change === undefined && material.movement in WORDS ? "unknown" : material.movement;
  if (year && movement in WORDS) {
    const on = `Against ${then} with its ${put(before)}, the ${put(value)} ${lower(nameOf(lead))} of ${now}`;
    return `${on} are ${WORDS[movement]?.replace(/ on$/, "")}${tail}.`;
  }
  const subject = `${nameOf(lead)} came to ${put(value)} in ${now}`;
  switch (movement) {
    case "up_clear":
    case "down_clear":
    case "up":
    case "down":
      return `${subject}, ${WORDS[movement]} the ${put(before)} of ${then}${tail}.`;
    case "flat":
      return `${subject}, within normal variation of the ${put(before)} of ${then}.`;
    case "low":
      return `${subject} after ${put(before)} in ${then}, too small a base to speak of a trend.`;
    default:
      return `${subject}, after ${put(before)} in ${then}.`;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  up_clear: "clearly up on",
  down_clear: "clearly down on",
  up: "up on",
  down: "down on",
};

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
  if (refs.length === 1 && only !== undefined) {
    const fair = only.id.includes("weekday") ? "With every weekday counted alike, " : "";
    const name = fair === "" ? nameOf(only) : lower(nameOf(only));
    return `${fair}${name} changed by ${put(only.id)}.`;
  }
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
  if (others.length === 0 && isCount(lead)) return `The evidence counts ${put(lead.id)} ${lower(nameOf(lead))}.`;
  const now = endingOf(lead.id) === "primary" ? ` in ${period(material, "period.primary", "the period")}` : "";
  const first = `${nameOf(lead)} stood at ${put(lead.id)}${now}`;
  return `${joined([first, ...others.map((ref) => `${lower(nameOf(ref))} at ${put(ref.id)}`)])}.`;
}

const isCount = ({ id }: Ref): boolean => id.endsWith(".count");

/** Figures of a quoted query or page; counts that are not about it come first. */
function quoted({ refs, rule }: Material, quote: string, second: string | undefined): string {
  const own = refs.filter(isOwn);
  const counts = own.length > 0 ? refs.filter((ref) => !isOwn(ref)) : [];
  const told = own.length > 0 ? own : refs;
  const change = told.find(({ id }) => CHANGES.includes(endingOf(id)));
  const [value, usual] = told.filter((ref) => ref !== change);
  const opening = counts.map((ref) => `The evidence counts ${put(ref.id)} ${lower(nameOf(ref))}; `).join("");
  const start = (words: string): string => (opening === "" ? words : opening + lower(words));
  if (change !== undefined && value !== undefined) {
    const side = /(winner|loser)s?$/.exec(rule)?.[1];
    if (side === undefined)
      return `${opening}${put(quote)} changed by ${put(change.id)}, to ${put(value.id)} ${unitOf(value)}.`;
    const sign = side === "winner" ? "plus" : "minus";
    return start(
      `The largest ${sign} is ${put(change.id)} for ${put(quote)}, which now stands at ${put(value.id)} ${unitOf(value)}.`,
    );
  }
  if (value !== undefined && /largest$/.test(rule)) {
    return start(`Most ${unitOf(value)} came through ${put(quote)}: ${put(value.id)}.`);
  }
  const where = second === undefined ? "" : ` on ${put(second)}`;
  if (value !== undefined && usual !== undefined && /^usual/i.test(nameOf(usual))) {
    return start(
      `For ${put(quote)}${where}, ${unitOf(value)} is ${put(value.id)} where ${put(usual.id)} is usual at such a position.`,
    );
  }
  const figures = told.map((ref) => `${unitOf(ref)} at ${put(ref.id)}`);
  return start(`For ${put(quote)}${where}, the evidence shows ${joined(figures)}.`);
}

const isOwn = ({ id, label }: Ref): boolean =>
  / of (a|one|the) /.test(label ?? "") || /\.\d+(\.|$)/.test(id) || label === null;

const withoutOwner = (name: string): string => name.replace(/ of (a|one|the) .*$/, "");

function unitOf(ref: Ref): string {
  return lower(withoutOwner(nameOf(ref)));
}
