/** The fields of a search as choices, for those who do not write them: what is chosen stands in the search box. */
import type { VNode } from "preact";
import { html } from "../html.ts";
import { FIELDS, type Field, fieldValue, type Vocabulary, withField } from "../state/search.ts";
import { fieldValueWords } from "../state/words.ts";

const LABELS: Readonly<Record<Field, string>> = {
  client: "Client",
  skill: "Skill",
  status: "Status",
  requester: "Requester",
  code: "Cause",
  waiting: "Waiting on",
  parked: "Parked effects",
};

interface ChoiceProps {
  readonly field: Field;
  readonly query: string;
  readonly known: readonly string[];
  readonly change: (query: string) => void;
}

function FilterChoice({ field, query, known, change }: ChoiceProps): VNode {
  const chosen = fieldValue(query, field);
  // Half typed in the box, or not seen yet: it stands there all the same.
  const missing = chosen !== null && !known.includes(chosen) ? [chosen] : [];
  const values = [...missing, ...known].sort((a, b) =>
    fieldValueWords(field, a).localeCompare(fieldValueWords(field, b), "en"),
  );
  const picked = (event: { currentTarget: HTMLSelectElement }): void =>
    change(withField(query, field, event.currentTarget.value));
  return html`<select class=${chosen === null ? "filter" : "filter filter-on"} aria-label=${LABELS[field]} value=${chosen ?? ""} onChange=${picked}>
    <option value="">${LABELS[field]}: any</option>
    ${values.map((value) => html`<option key=${value} value=${value}>${fieldValueWords(field, value)}</option>`)}
  </select>`;
}

export interface RunFiltersProps {
  readonly query: string;
  readonly vocabulary: Vocabulary;
  readonly change: (query: string) => void;
}

/** One choice for each field, and a way back to everything. */
export function RunFilters({ query, vocabulary, change }: RunFiltersProps): VNode {
  return html`<div class="filters" role="group" aria-label="Filters">
    ${FIELDS.map((field) => html`<${FilterChoice} key=${field} field=${field} query=${query} known=${vocabulary[field]} change=${change} />`)}
    ${query.trim() !== "" && html`<button type="button" class="button button-small button-quiet" onClick=${() => change("")}>Clear</button>`}
  </div>`;
}
