/** The query language, as far as reports need it: SELECT, FROM, WHERE with AND, ORDER BY, LIMIT. */
import { dayOf } from "../world/calendar.ts";
import { FIELDS, type Field, RESOURCES } from "./catalogue.ts";
import type { AdsError } from "./failure.ts";

export interface Query {
  readonly fields: readonly Field[];
  readonly from: string;
  /** Days asked for; null: all there are. */
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly filters: readonly { readonly field: Field; readonly equal: boolean; readonly values: readonly string[] }[];
  readonly order: readonly { readonly field: Field; readonly desc: boolean }[];
  readonly limit: number | null;
}

/** Thrown for a query that Google Ads would refuse. */
class QueryProblem extends Error {
  readonly error: AdsError;
  constructor(code: string, message: string) {
    super(message);
    this.error = { category: "queryError", code, message };
  }
}

const TOKEN = /\s*(?:'([^']*)'|"([^"]*)"|(>=|<=|!=|[=<>(),])|([\w.-]+)|(\S))/gy;

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

function tokensOf(text: string): Token[] {
  return [...text.trim().matchAll(TOKEN)].map(([, single, double, sign, word, stray]) => {
    if (stray !== undefined) throw new QueryProblem("UNEXPECTED_INPUT", `Error in query: unexpected input ${stray}.`);
    const quoted = single ?? double;
    return quoted === undefined ? { text: sign ?? word ?? "", quoted: false } : { text: quoted, quoted: true };
  });
}

/** The query, or the error it is refused with. */
export function parseQuery(text: string): { readonly query: Query } | { readonly error: AdsError } {
  try {
    return { query: new Reader(tokensOf(text)).query() };
  } catch (problem) {
    if (problem instanceof QueryProblem) return { error: problem.error };
    throw problem;
  }
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): Query {
    this.#keyword("SELECT", "EXPECTED_SELECT");
    const names = this.#list();
    this.#keyword("FROM", "EXPECTED_FROM");
    const from = this.#next().text;
    if (!(from in RESOURCES)) {
      throw new QueryProblem("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", `Resource type ${from} is not recognized.`);
    }
    const fields = names.map((name) => fieldOf(name, from));
    const conditions = this.#taken("WHERE") ? this.#conditions(from) : [];
    const order = this.#taken("ORDER") ? this.#order(from, names) : [];
    const limit = this.#taken("LIMIT") ? this.#limit() : null;
    const rest = this.#tokens[this.#at];
    if (rest !== undefined)
      throw new QueryProblem("UNEXPECTED_INPUT", `Error in query: unexpected input ${rest.text}.`);
    const range = rangeOf(conditions);
    if (names.includes("segments.date") && range === null) {
      const words = "Finite date range is required in the WHERE clause when segments.date is selected.";
      throw new QueryProblem("EXPECTED_FILTERS_ON_DATE_RANGE", words);
    }
    const filters = conditions.filter(({ field }) => field.name !== "segments.date").map(filterOf);
    return { fields, from, range, filters, order, limit };
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined)
      throw new QueryProblem("UNEXPECTED_END_OF_QUERY", "Error in query: unexpected end of query.");
    this.#at += 1;
    return token;
  }

  #taken(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.quoted || token.text.toUpperCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #keyword(word: string, code: string): void {
    if (!this.#taken(word)) throw new QueryProblem(code, `Error in query: expected ${word}.`);
  }

  #list(): string[] {
    const names = [this.#next().text];
    while (this.#taken(",")) names.push(this.#next().text);
    return names;
  }

  #conditions(from: string): Condition[] {
    const found: Condition[] = [];
    do {
      const field = fieldOf(this.#next().text, from);
      const operator = this.#next().text.toUpperCase();
      found.push({ field, operator, values: this.#values(operator) });
    } while (this.#taken("AND"));
    return found;
  }

  #values(operator: string): string[] {
    if (operator === "BETWEEN") {
      const low = this.#next().text;
      this.#keyword("AND", "EXPECTED_AND");
      return [low, this.#next().text];
    }
    if (operator === "IN") {
      this.#keyword("(", "EXPECTED_LIST");
      const values = this.#list();
      this.#keyword(")", "EXPECTED_LIST");
      return values;
    }
    if (!["=", "!=", ">=", "<="].includes(operator)) {
      throw new QueryProblem("BAD_OPERATOR", `Error in query: operator ${operator} is not known.`);
    }
    return [this.#next().text];
  }

  #order(from: string, selected: readonly string[]): Query["order"] {
    this.#keyword("BY", "EXPECTED_BY");
    const order: { field: Field; desc: boolean }[] = [];
    do {
      const field = fieldOf(this.#next().text, from);
      if (!selected.includes(field.name)) {
        const words = `The following field must be present in SELECT clause: '${field.name}'.`;
        throw new QueryProblem("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE", words);
      }
      const desc = this.#taken("DESC");
      if (!desc) this.#taken("ASC");
      order.push({ field, desc });
    } while (this.#taken(","));
    return order;
  }

  #limit(): number {
    const text = this.#next().text;
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
    throw new QueryProblem("BAD_LIMIT_VALUE", `Error in query: ${text} is no limit.`);
  }
}

interface Condition {
  readonly field: Field;
  readonly operator: string;
  readonly values: readonly string[];
}

function fieldOf(name: string, from: string): Field {
  const field = FIELDS.find((each) => each.name === name);
  if (field === undefined) throw new QueryProblem("UNRECOGNIZED_FIELD", `Unrecognized field in the query: '${name}'.`);
  if (!(RESOURCES[from] ?? []).includes(name.split(".")[0] ?? "")) {
    const words = `The field '${name}' cannot be selected from ${from}.`;
    throw new QueryProblem("PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE", words);
  }
  return field;
}

/** The days between the bounds on `segments.date`; null while one of them is open. */
function rangeOf(conditions: readonly Condition[]): Query["range"] {
  let from: number | null = null;
  let to: number | null = null;
  for (const { operator, values } of conditions.filter(({ field }) => field.name === "segments.date")) {
    const days = values.map((value) => {
      const day = dayOf(value);
      if (day === null) throw new QueryProblem("INVALID_DATE_FORMAT", `Invalid date: ${value}. Use YYYY-MM-DD.`);
      return day;
    });
    const [first = 0, last = first] = days;
    if (operator === "BETWEEN" || operator === "=" || operator === ">=") from = first;
    if (operator === "BETWEEN" || operator === "=" || operator === "<=") to = last;
    if (operator === "!=" || operator === "IN") {
      throw new QueryProblem("OPERATOR_FIELD_MISMATCH", `Operator ${operator} does not go with segments.date.`);
    }
  }
  return from === null || to === null ? null : { from, to };
}

function filterOf({ field, operator, values }: Condition): Query["filters"][number] {
  if (field.name.startsWith("metrics.") || !["=", "!=", "IN"].includes(operator)) {
    throw new QueryProblem("OPERATOR_FIELD_MISMATCH", `Operator ${operator} does not go with ${field.name}.`);
  }
  return { field, equal: operator !== "!=", values };
}
