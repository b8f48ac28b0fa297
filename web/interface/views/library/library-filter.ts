/** What the list of reports is narrowed to. Every change is in the address, so a list can be sent to somebody. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { LifecycleSchema } from "../../../../src/core/wire-artifact.ts";
import type { DashboardListItem } from "../../../../src/core/wire-dashboard.ts";
import { browserLink } from "../../browser.ts";
import { html } from "../../html.ts";
import { EVERYTHING, queryOf, type ReportFilter } from "../../state/library.ts";
import { lifecycleWords, skillWords } from "../../state/words.ts";
import { type Choice, SelectField, TextField } from "../ui/field.ts";

/** A pause this long while writing counts as done. */
const TYPED_MS = 300;

export interface FilterProps {
  readonly filter: ReportFilter;
  readonly change: (filter: ReportFilter) => void;
  readonly units: readonly DashboardListItem[];
  readonly skills: readonly string[];
}

const ANY = (label: string): Choice => ({ value: "", label });

function unitChoices(units: readonly DashboardListItem[], chosen: string): readonly Choice[] {
  const known = units.map(({ businessUnitId, name }) => ({ value: businessUnitId, label: name }));
  // The address may name one the reader sees no dashboard of.
  const missing =
    chosen === "" || known.some(({ value }) => value === chosen) ? [] : [{ value: chosen, label: chosen }];
  return [ANY("All clients"), ...known.toSorted((a, b) => a.label.localeCompare(b.label, "en")), ...missing];
}

function skillChoices(skills: readonly string[], chosen: string): readonly Choice[] {
  const all = [...new Set([...skills, ...(chosen === "" ? [] : [chosen])])].toSorted();
  return [ANY("All kinds"), ...all.map((value) => ({ value, label: skillWords(value) }))];
}

const LIFECYCLES: readonly Choice[] = [
  ANY("Any state"),
  ...LifecycleSchema.options.map((value) => ({ value, label: lifecycleWords(value).label })),
];
const REUSE: readonly Choice[] = [
  ANY("Any"),
  { value: "true", label: "Reusable" },
  { value: "false", label: "Not reusable" },
];

/** The fields. */
export function LibraryFilter({ filter, change, units, skills }: FilterProps): VNode {
  const [text, setText] = useState(filter.q);
  // The address has no space at the end; whoever paused between two words keeps theirs.
  useEffect(() => setText((typed) => (typed.trim() === filter.q ? typed : filter.q)), [filter.q]);
  useEffect(
    () =>
      text.trim() === filter.q ? undefined : browserLink.clock.after(TYPED_MS, () => change({ ...filter, q: text })),
    [text, queryOf(filter)],
  );
  const set = (name: keyof ReportFilter) => (value: string) => change({ ...filter, q: text, [name]: value });
  return html`<form class="library-filter" role="search" aria-label="Reports" onSubmit=${(event: Event) => {
    event.preventDefault();
    change({ ...filter, q: text });
  }}>
    <${TextField} id="library-q" type="search" label="Search" placeholder="Client or report id" value=${text} change=${setText} maxlength=${200} />
    <${SelectField} id="library-unit" label="Client" value=${filter.businessUnitId} change=${set("businessUnitId")} options=${unitChoices(units, filter.businessUnitId)} />
    <${SelectField} id="library-skill" label="Kind" value=${filter.skill} change=${set("skill")} options=${skillChoices(skills, filter.skill)} />
    <${SelectField} id="library-lifecycle" label="State" value=${filter.lifecycle} change=${set("lifecycle")} options=${LIFECYCLES} />
    <${SelectField} id="library-reuse" label="Reuse" value=${filter.reusable} change=${set("reusable")} options=${REUSE} />
    <${TextField} id="library-month" type="month" label="About the month" value=${filter.month} change=${set("month")} />
    ${queryOf(filter) !== "" && html`<button type="button" class="button button-quiet" onClick=${() => change(EVERYTHING)}>Clear</button>`}
  </form>`;
}
