/**
 * Applies what a reviewer asked for. Figures are never edited; a change decides what is shown and how it is worded.
 */
import * as v from "valibot";
import { METRICS } from "../../core/evidence/catalogue.ts";
import type { Brief, ItemAnswer, RequestedItem, SourceAsset } from "../../core/run/brief.ts";
import { DEFAULT_OPTIONS, OPTIONAL_SECTIONS, type OptionalSection, type ReportOptions } from "./desk.ts";
import { CHANGES, type Change, changesByRules, contradicts, type Reading, readRequest, saysWrong } from "./requests.ts";
import { choiceOf, isSame, metWishes, type Wish } from "./wishes.ts";

/** The outcome of one item. */
interface Applied {
  readonly options: ReportOptions;
  /** What was done, plain words; null: the argument fits nothing in this report. */
  readonly done: string | null;
}

const MAX_WORD = 60;
const MAX_ARGUMENT = 100;
const FEW_ROWS = 5;
const MORE_ROWS = 25;
const MOST_ROWS = 50;

const OTHER_PERIOD =
  /\b(?:instead of|different|other|another|change the) (?:the )?(?:period|month|quarter|date range)\b|\b(?:period|month) to\b/i;
const EDIT_FIGURE =
  /\b(?:change|set|edit|correct|replace|increase|make)\b.{0,40}\b(?:figure|number|value|clicks|sessions) (?:to|as|from)\b/i;

/** Applies one change. A change whose argument names nothing of this report leaves everything as it was. */
export function applyChange(options: ReportOptions, { change, argument }: Change, brief: Brief): Applied {
  const nothing: Applied = { options, done: null };
  switch (change) {
    case "more_rows":
    case "fewer_rows":
      return rowsChange(options, change, argument.trim());
    case "drop_section":
    case "add_section":
      return sectionChange(options, change, argument) ?? nothing;
    case "only_year_over_year":
      return {
        options: { ...options, comparison: "year_over_year" },
        done: "The report now compares with the year before alone.",
      };
    case "only_previous_period":
      return {
        options: { ...options, comparison: "previous" },
        done: "The report now compares with the period before alone.",
      };
    case "both_comparisons":
      return {
        options: { ...options, comparison: "both" },
        done: "The report compares with the period before and the year before.",
      };
    case "emphasise_brand":
    case "emphasise_non_brand":
      return emphasisChange(options, change, brief);
    case "shorter_text":
      return {
        options: { ...options, length: "shorter" },
        done: "The text is shorter: fewer sentences for each section.",
      };
    case "longer_text":
      return {
        options: { ...options, length: "longer" },
        done: "The text is longer: every section says more of what was found.",
      };
    case "focus_page_group":
      return groupChange(options, argument, brief) ?? nothing;
    case "focus_segment":
      return segmentChange(options, argument) ?? nothing;
    case "focus_queries":
      return wordChange(options, argument) ?? nothing;
    case "explain_metric":
      return explainChange(options, argument, brief) ?? nothing;
  }
}

/** So many rows as were asked for, within what a table takes; "more" and "fewer" alone are steps of our own. */
function rowsChange(options: ReportOptions, change: "more_rows" | "fewer_rows", argument: string): Applied {
  const exact = /^[1-9]\d{0,2}$/.test(argument) ? Number(argument) : null;
  const step = /^[+-]\d{1,3}$/.test(argument) ? Number(argument) : null;
  const more = argument === "all" || options.rows >= MORE_ROWS ? MOST_ROWS : MORE_ROWS;
  const fewer = Math.min(FEW_ROWS, Math.floor(options.rows / 2));
  const wanted = exact ?? (step === null ? (change === "more_rows" ? more : fewer) : options.rows + step);
  const rows = Math.max(1, Math.min(MOST_ROWS, wanted));
  const most = rows < wanted || (rows === MOST_ROWS && argument === "all") ? ", the most a table takes" : "";
  return { options: { ...options, rows }, done: `The longer tables now show up to ${rows} rows${most}.` };
}

function sectionChange(
  options: ReportOptions,
  change: "drop_section" | "add_section",
  argument: string,
): Applied | null {
  const section = OPTIONAL_SECTIONS.find((name) => name === argument.toLowerCase());
  if (section === undefined) return null;
  const others = options.without.filter((name) => name !== section);
  return change === "drop_section"
    ? { options: { ...options, without: [...others, section] }, done: `The section on ${section} is left out.` }
    : {
        options: { ...options, without: others },
        done: `The section on ${section} is part of the report wherever its source has data.`,
      };
}

function emphasisChange(
  options: ReportOptions,
  change: "emphasise_brand" | "emphasise_non_brand",
  brief: Brief,
): Applied {
  if (brief.brandTerms.length === 0) return { options, done: null };
  const emphasis = change === "emphasise_brand" ? "brand" : "non_brand";
  const words = emphasis === "brand" ? "Brand" : "Non-brand";
  return {
    options: { ...options, emphasis },
    done: `${words} clicks now stand right after the headline and first in "Where it changed".`,
  };
}

function groupChange(options: ReportOptions, argument: string, brief: Brief): Applied | null {
  const wanted = argument.toLowerCase();
  const pageGroup = brief.pageGroups.findIndex(
    ({ label, prefix }) => label.toLowerCase() === wanted || prefix.toLowerCase() === wanted,
  );
  if (pageGroup < 0) return null;
  const without = options.without.filter((name) => name !== "pages");
  return {
    options: { ...options, pageGroup, without },
    done: `The section on pages begins with a table of the page group ${brief.pageGroups[pageGroup]?.label ?? ""}.`,
  };
}

function segmentChange(options: ReportOptions, argument: string): Applied | null {
  const segment = argument === "device" || argument === "country" ? argument : null;
  return segment === null
    ? null
    : {
        options: { ...options, segment },
        done: `The report holds clicks by ${segment}; "Where it changed" now begins with them.`,
      };
}

function wordChange(options: ReportOptions, argument: string): Applied | null {
  const queryWord = argument.trim().slice(0, MAX_WORD);
  if (queryWord.length < 2) return null;
  const without = options.without.filter((name) => name !== "queries");
  return {
    options: { ...options, queryWord, without },
    done: "The section on queries begins with a table of the listed queries that contain those words.",
  };
}

const SOURCE_OF: readonly (readonly [prefix: string, source: SourceAsset["kind"], section: OptionalSection])[] = [
  ["ga4.", "ga4_property", "conversions"],
  ["rank.", "accuranker_domain", "rankings"],
];

/** A metric of a source that the report does not have has no figures to stand next to. */
function explainChange(options: ReportOptions, argument: string, { sources }: Brief): Applied | null {
  const metric = METRICS.get(argument);
  if (metric === undefined) return null;
  const [, source, section] = SOURCE_OF.find(([prefix]) => metric.id.startsWith(prefix)) ?? [];
  if (source !== undefined && !sources.some(({ kind }) => kind === source)) return null;
  const without = options.without.filter((name) => name !== section);
  const explain = [...options.explain.filter((id) => id !== metric.id), metric.id];
  return {
    options: { ...options, explain, without },
    done: `The definition of "${metric.label}" now stands next to its figures.`,
  };
}

const NOT_SUPPORTED =
  "This is no change a report can take by itself. Possible are: more or fewer rows, leaving a section out or adding it, one comparison alone, an emphasis on brand or non-brand, shorter or longer text, a focus on a page group, device, country or words in queries, and the definition of a metric. Figures come from the sources of this report alone; one that they do not hold cannot be added.";

/** Why an item is declined. */
export function declineReason(text: string): string {
  if (OTHER_PERIOD.test(text)) return "Another period is another report: please create a new task for it.";
  if (EDIT_FIGURE.test(text) || saysWrong(text))
    return "Figures follow from the sources and are never edited by hand; please name what looks wrong so that the source can be checked.";
  return NOT_SUPPORTED;
}

/** The options of a revision and how each item was answered. */
export interface Revision {
  readonly options: ReportOptions;
  readonly answers: readonly ItemAnswer[];
}

/**
 * Applies the items of this round on top of what earlier rounds asked for.
 * @param mapped changes the model found for items the rules did not understand, by item id
 */
export function revise(
  items: readonly RequestedItem[],
  earlier: readonly RequestedItem[],
  brief: Brief,
  mapped: ReadonlyMap<string, readonly Change[]> = new Map(),
): Revision {
  let options = DEFAULT_OPTIONS;
  for (const item of earlier) {
    for (const change of keptChanges(item.applied) ?? changesByRules(item.text, brief))
      options = applyChange(options, change, brief).options;
  }
  const round = items.map((item) => {
    const read = readRequest(item.text, brief);
    const fitting = (mapped.get(item.id) ?? []).filter((change) => mayMap(item.text, read.open, change, options));
    return { item, read, changes: [...read.changes, ...fitting] };
  });
  const wishes: Wish[] = [];
  for (const { item, changes } of round) {
    for (const change of changes) {
      const choice = choiceOf(change);
      const last = wishes.findLast((one) => one.choice === choice && one.choice !== null);
      // "More queries" and "more pages" are one wish, not two steps.
      const repeats = last !== undefined && isSame(last.change, change);
      const applied = repeats ? { options, done: last.done } : applyChange(options, change, brief);
      options = applied.options;
      if (applied.done !== null) wishes.push({ itemId: item.id, change, done: applied.done, choice, repeats });
    }
  }
  return { options, answers: round.map((one) => answerOf(one, wishes)) };
}

const OVERRULED_IN_PART = "Two of these wishes rule each other out; the later one was followed.";
const OVERRULED = "A later wish of the same round rules this one out, and the later one was followed.";

function answerOf(
  { item, read, changes }: { item: RequestedItem; read: Reading; changes: readonly Change[] },
  wishes: readonly Wish[],
): ItemAnswer {
  const own = wishes.filter(({ itemId }) => itemId === item.id);
  const met = metWishes(own, wishes);
  if (met.length === 0) {
    const reason = own.length > 0 ? OVERRULED : declineReason(item.text);
    return { itemId: item.id, outcome: "declined", reason };
  }
  const understood = own.some(({ change }) => changes.indexOf(change) >= read.changes.length);
  const left = understood ? [] : read.open.map((wish) => `Nothing was changed for "${wish.slice(0, MAX_WORD)}".`);
  const sentences = [
    ...met.map(({ done }) => done),
    ...(met.length < own.length ? [OVERRULED_IN_PART] : []),
    ...(read.changes.length > 0 ? left : []),
  ];
  return {
    itemId: item.id,
    outcome: "done",
    reason: [...new Set(sentences)].join(" "),
    ...keep(met.filter(({ repeats }) => !repeats).map(({ change }) => change)),
  };
}

const MAX_KEPT = 2_000;
const KeptSchema = v.pipe(
  v.string(),
  v.maxLength(MAX_KEPT),
  v.parseJson(),
  v.array(v.object({ change: v.picklist(CHANGES), argument: v.pipe(v.string(), v.maxLength(MAX_ARGUMENT)) })),
);

/** The changes of an answer, for later versions; without them the words are read again. */
function keep(changes: readonly Change[]): { readonly applied?: string } {
  const applied = JSON.stringify(
    changes.map(({ change, argument }) => ({ change, argument: argument.slice(0, MAX_ARGUMENT) })),
  );
  return applied.length > MAX_KEPT ? {} : { applied };
}

/** The changes kept with an item that was done; null when none were, or not in this form. */
function keptChanges(applied: string | undefined): readonly Change[] | null {
  const parsed = v.safeParse(KeptSchema, applied);
  return parsed.success ? parsed.output : null;
}

/**
 * A model's reading of what the rules left open; one that turns a wish around is not followed, nor one that adds a
 * section which is there: what was asked for is something it does not hold.
 */
function mayMap(text: string, open: readonly string[], change: Change, { without }: ReportOptions): boolean {
  if (open.length === 0 || saysWrong(text) || open.some((wish) => contradicts(wish, change))) return false;
  return change.change !== "add_section" || without.some((name) => name === change.argument.toLowerCase());
}
