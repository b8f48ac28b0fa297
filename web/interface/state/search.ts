/**
 * The words of the search box: `client:Plunkett status:failed code:quarantined "third quarter"`. Fields narrow by
 * exact value, everything else is looked for as text. What was written is what stands in the address.
 */
import { RunStatusSchema, type RunSummary } from "../../../src/core/wire.ts";
import type { RunFilterText } from "../../../src/core/wire-ops.ts";

/** Fields of the search box, in the order they are offered. */
export const FIELDS = ["client", "skill", "status", "requester", "code", "waiting", "parked"] as const;
export type Field = (typeof FIELDS)[number];

interface Token {
  readonly field: Field | null;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = /([a-z]+):(?:"([^"]*)"?|(\S*))|"[^"]*"?|\S+/giu;

function fieldOf(name: string | undefined): Field | null {
  return FIELDS.find((field) => field === name?.toLowerCase()) ?? null;
}

/** The pieces of what was written. A name that is no field is text like any other. */
export function tokensOf(query: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of query.matchAll(TOKEN)) {
    const [whole, name, inQuotes, bare] = match;
    const field = fieldOf(name);
    const value = field === null ? whole.replaceAll('"', "") : (inQuotes ?? bare ?? "");
    tokens.push({ field, value, start: match.index, end: match.index + whole.length });
  }
  return tokens;
}

function statusOf(value: string): RunSummary["status"] | null {
  const wanted = value.toLowerCase().replace(/[\s-]+/g, "_");
  return RunStatusSchema.options.find((status) => status === wanted) ?? null;
}

/** What was asked for; `unknown` is a status there is not. */
export interface Search {
  readonly filter: RunFilterText;
  readonly unknown: string | null;
}

/** Reads the search box. Of a field that is named twice the last one counts. */
export function parseSearch(query: string): Search {
  const filter: RunFilterText = {};
  const words: string[] = [];
  let unknown: string | null = null;
  for (const { field, value } of tokensOf(query)) {
    if (value === "") continue;
    if (field === null) words.push(value);
    else if (field === "parked") {
      if (value.toLowerCase() === "yes") filter.parked = "yes";
      // Dropped, it would show every run; as words it finds none.
      else words.push(`parked:${value}`);
    } else if (field !== "status") filter[field] = value;
    else {
      const status = statusOf(value);
      if (status === null) unknown = value;
      else filter.status = status;
    }
  }
  if (words.length > 0) filter.q = words.join(" ");
  return { filter, unknown };
}

/** A filter as parameters of `GET /team-agent-runs`. */
export function parametersOf(filter: RunFilterText): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function quoted(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll('"', "")}"` : value;
}

/** How a field is written in the search box. */
export function termOf(field: Field, value: string): string {
  return `${field}:${quoted(value)}`;
}

/** The value of a field in a query; null when it is not asked for. The last one counts, as in `parseSearch`. */
export function fieldValue(query: string, field: Field): string | null {
  const value = tokensOf(query)
    .filter((token) => token.field === field && token.value !== "")
    .at(-1)?.value;
  if (value === undefined) return null;
  return field === "status" ? (statusOf(value) ?? value) : value;
}

/** The query with another value of a field; without it when the value is empty. The words stay as they were. */
export function withField(query: string, field: Field, value: string): string {
  const kept = tokensOf(query)
    .filter((token) => token.field !== field)
    .map((token) => query.slice(token.start, token.end));
  return [...kept, ...(value === "" ? [] : [termOf(field, value)])].join(" ");
}

/** Address of the list of all runs that fit. */
export function searchPath(query: string): string {
  return query.trim() === "" ? "/search" : `/search?q=${encodeURIComponent(query.trim())}`;
}

/** Address of the board, narrowed to what fits. */
export function boardPath(query: string): string {
  return query === "" ? "/runs" : `/runs?q=${encodeURIComponent(query)}`;
}

/** Address of the list of runs with this value of a field. */
export function runsWith(...terms: readonly (readonly [Field, string])[]): string {
  return searchPath(terms.map(([field, value]) => termOf(field, value)).join(" "));
}

/** Values that were seen in runs, to suggest. */
export type Vocabulary = Readonly<Record<Field, readonly string[]>>;

export const NO_VOCABULARY: Vocabulary = {
  client: [],
  skill: [],
  status: RunStatusSchema.options,
  requester: [],
  code: [],
  waiting: ["person", "retry", "task_change", "queue", "worker", "asana", "hold", "pause", "budget", "quiet"],
  parked: ["yes"],
};

/** How many values of a field are remembered: suggestions are a help, not a directory. */
const MOST_VALUES = 300;

/** Adds the values of these runs. Answers the same object when nothing is new. */
export function withVocabulary(known: Vocabulary, runs: Iterable<RunSummary>): Vocabulary {
  const grown = {
    client: new Set(known.client),
    skill: new Set(known.skill),
    requester: new Set(known.requester),
    code: new Set(known.code),
  };
  const before = grown.client.size + grown.skill.size + grown.requester.size + grown.code.size;
  const add = (values: Set<string>, value: string | null | undefined): void => {
    if (value != null && value !== "" && values.size < MOST_VALUES) values.add(value);
  };
  for (const run of runs) {
    add(grown.client, run.clientName);
    add(grown.skill, run.skill);
    add(grown.requester, run.requester);
    add(grown.code, run.cause?.code);
  }
  const after = grown.client.size + grown.skill.size + grown.requester.size + grown.code.size;
  if (before === after) return known;
  return {
    ...known,
    client: [...grown.client],
    skill: [...grown.skill],
    requester: [...grown.requester],
    code: [...grown.code],
  };
}

/** One thing to pick: `text` is the whole query with it, `caret` where to go on. */
export interface Suggestion {
  readonly label: string;
  readonly text: string;
  readonly caret: number;
}

const MOST_SUGGESTIONS = 8;

function replaced(query: string, start: number, end: number, term: string, closed: boolean): Suggestion {
  const rest = query.slice(end).trimStart();
  const head = `${query.slice(0, start)}${term}${closed ? " " : ""}`;
  return { label: term, text: head + rest, caret: head.length };
}

/** What the word under the caret could become. */
export function suggestionsFor(query: string, caret: number, vocabulary: Vocabulary): readonly Suggestion[] {
  const token = tokensOf(query).find((one) => one.start < caret && caret <= one.end);
  if (token === undefined)
    return query.trim() === "" ? FIELDS.map((field) => replaced(query, caret, caret, `${field}:`, false)) : [];
  const typed = token.value.toLowerCase();
  if (token.field === null) {
    return FIELDS.filter((field) => field.startsWith(typed)).map((field) =>
      replaced(query, token.start, token.end, `${field}:`, false),
    );
  }
  const { field } = token;
  const holding = vocabulary[field].filter((value) => {
    const lower = value.toLowerCase();
    return lower.includes(typed) && lower !== typed;
  });
  const beginning = holding.filter((value) => value.toLowerCase().startsWith(typed));
  return (beginning.length > 0 ? beginning : holding)
    .sort((a, b) => a.localeCompare(b, "en"))
    .slice(0, MOST_SUGGESTIONS)
    .map((value) => replaced(query, token.start, token.end, termOf(field, value), true));
}
