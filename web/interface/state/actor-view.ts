/** The inside of an actor, whatever it tells, as tables: rows where there are rows, names and values where there is one. */

/** One value as text, with the moment it stands for when it is one. */
export interface Cell {
  readonly text: string;
  /** ISO time when the value is a moment. */
  readonly at: string | null;
}

export type Section =
  | { readonly kind: "facts"; readonly title: string; readonly facts: readonly (readonly [string, Cell])[] }
  | {
      readonly kind: "rows";
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
      /** How many rows there are beyond those shown. */
      readonly more: number;
    };

const MAX_TEXT = 400;
const MAX_ROWS = 200;
/** A number that can only be a moment in milliseconds: 2001 to 2286. */
const MOMENT = { from: 1e12, to: 1e13 };
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** Something nested, in the space of a cell. */
function wordsOf(value: object): string {
  if (!Array.isArray(value))
    return Object.entries(value)
      .map(([name, one]) => `${name}: ${cellOf(one).text}`)
      .join(", ");
  if (value.every((one) => typeof one === "string" || typeof one === "number")) return value.join("; ") || "–";
  return value.length === 1 ? "1 entry" : `${value.length} entries`;
}

/** A value in one cell. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return { text: "–", at: null };
  if (typeof value === "number" && value >= MOMENT.from && value < MOMENT.to)
    return { text: String(value), at: new Date(value).toISOString() };
  if (typeof value === "string") return { text: cut(value), at: ISO.test(value) ? value : null };
  if (typeof value === "object") return { text: cut(wordsOf(value)), at: null };
  return { text: String(value), at: null };
}

/** `waitReason` as `Wait reason`, `due_at` as `Due at`. */
export function nameWords(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function rowsOf(title: string, values: readonly unknown[]): Section {
  const shown = values.slice(0, MAX_ROWS);
  const more = values.length - shown.length;
  if (!shown.every(isRecord))
    return { kind: "rows", title, columns: ["value"], rows: shown.map((value) => [cellOf(value)]), more };
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  return { kind: "rows", title, columns, rows: shown.map((row) => columns.map((column) => cellOf(row[column]))), more };
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

/** A record: its plain values together, and what is nested in it as sections of their own, unless there is nothing. */
function recordOf(title: string, record: Readonly<Record<string, unknown>>): readonly Section[] {
  const nested = Object.entries(record).filter(([, value]) => Array.isArray(value) || isRecord(value));
  const plain = Object.entries(record).filter(([, value]) => !Array.isArray(value) && !isRecord(value));
  const facts: Section = {
    kind: "facts",
    title,
    facts: plain.map(([name, value]) => [nameWords(name), cellOf(value)]),
  };
  return [
    facts,
    ...nested.filter(([, value]) => !isEmpty(value)).flatMap(([name, value]) => within(title, name, value)),
  ];
}

function within(title: string, name: string, value: unknown): readonly Section[] {
  const full = `${title}: ${nameWords(name).toLowerCase()}`;
  if (Array.isArray(value)) return [rowsOf(full, value)];
  const facts = isRecord(value) ? Object.entries(value) : [];
  return [{ kind: "facts", title: full, facts: facts.map(([key, one]) => [nameWords(key), cellOf(one)]) }];
}

/** Whether the actor holds a copy of another system's run, which takes part in nothing. */
export function isCopy(told: Readonly<Record<string, unknown>>): boolean {
  return isRecord(told.archived) && told.archived.imported === true;
}

/** The sections of what an actor told. Plain values come first, together. */
export function sectionsOf(told: Readonly<Record<string, unknown>>): readonly Section[] {
  const plain: (readonly [string, Cell])[] = [];
  const sections: Section[] = [];
  for (const [name, value] of Object.entries(told)) {
    const title = nameWords(name);
    if (Array.isArray(value)) sections.push(rowsOf(title, value));
    else if (isRecord(value)) sections.push(...recordOf(title, value));
    else plain.push([title, cellOf(value)]);
  }
  return plain.length === 0 ? sections : [{ kind: "facts", title: "Actor", facts: plain }, ...sections];
}
