/** The form of one setting: a list with a line each, and the day it holds from. */
import type { VNode } from "preact";
import type { MetricView } from "../../../../src/core/wire-data.ts";
import { listMetrics, putPart, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type FormSpec, Shelf } from "../../state/admin-draft.ts";
import {
  type Cells,
  datedSettings,
  refusedCells,
  type SettingForm,
  settingErrors,
  settingForm,
  settingValue,
} from "../../state/admin-settings.ts";
import type { SettingKind } from "../../state/admin-words.ts";
import { AreaField, TextField } from "../ui/field.ts";
import { useResource } from "../ui/resource-view.ts";
import { tell } from "../ui/toast.ts";
import { currencyChoices } from "./create-unit.ts";
import { DraftForm, useDraft } from "./form.ts";
import { type Column, RowsEditor } from "./rows-editor.ts";
import type { SettingProps } from "./setting-panel.ts";

const shelf = new Shelf<WrittenUnit, SettingForm>();

interface Props extends SettingProps {
  /** The day of the setting that is changed; empty for a new one. */
  readonly from: string;
  readonly today: string;
  readonly close: () => void;
}

const UNSET = { value: "", label: "Choose…" };

function metricChoices(metrics: readonly MetricView[]) {
  const monthly = metrics.filter(({ stored }) => stored?.month.includes("whole") === true);
  return [UNSET, ...monthly.map(({ id, label }) => ({ value: id, label: `${label} (${id})` }))];
}

function columnsOf(kind: SettingKind, metrics: readonly MetricView[], currency: string): readonly Column[] {
  if (kind === "targets")
    return [
      { id: "metric", label: "Metric", options: metricChoices(metrics) },
      { id: "value", label: "Target a month", inputmode: "decimal" },
      {
        id: "better",
        label: "Better is",
        options: [
          { value: "", label: "As the metric says" },
          { value: "higher", label: "More" },
          { value: "lower", label: "Less" },
        ],
      },
    ];
  if (kind === "budgets")
    return [
      {
        id: "source",
        label: "Spent on",
        options: [UNSET, { value: "google_ads", label: "Google Ads" }, { value: "meta", label: "Meta Ads" }],
      },
      { id: "amount", label: "Amount a month", inputmode: "decimal" },
      { id: "currency", label: "Currency", options: currencyChoices(currency) },
    ];
  return [
    { id: "label", label: "Group" },
    { id: "prefix", label: "Path begins with" },
  ];
}

function newRow(kind: SettingKind, currency: string): Cells {
  if (kind === "targets") return { metric: "", value: "", better: "" };
  return kind === "budgets" ? { source: "", amount: "", currency } : { label: "", prefix: "/" };
}

export function SettingEditor({ api, unit, changed, words, from, today, close }: Props): VNode {
  const { kind, name } = words;
  const { businessUnitId } = unit;
  const metrics = useResource("metrics", () => listMetrics(api)).state.value?.items ?? [];
  const own = unit.settings.filter((one) => one.kind === kind);
  // A new one begins with what holds today: mostly one figure of it changes.
  const start = datedSettings(own, kind, today).find(({ when }) => when === "now")?.setting.value ?? [];
  const spec: FormSpec<WrittenUnit, SettingForm> = {
    read({ settings }) {
      if (from === "") return settingForm(kind, today, start);
      const found = settings.find((one) => one.kind === kind && one.effectiveFrom === from);
      return settingForm(kind, from, found?.value ?? []);
    },
    version: ({ version }) => version,
    check: (form) => settingErrors(kind, form, from === "" ? own.map(({ effectiveFrom }) => effectiveFrom) : []),
    send(form, version) {
      const { effectiveFrom } = form;
      const body = { effectiveFrom, value: settingValue(kind, form), version };
      return putPart(api, businessUnitId, ["settings", kind], body);
    },
    merge(form, values) {
      const field = `settings.${kind}.${form.effectiveFrom}`;
      return values.has(field) ? settingForm(kind, form.effectiveFrom, values.get(field)) : form;
    },
    errors: ({ issues }) => refusedCells(issues),
    saved(next) {
      changed(next);
      tell(`${name} are saved.`);
    },
  };
  const label = from === "" ? `New ${name.toLowerCase()}` : `${name} from ${from}`;
  const draft = useDraft(shelf, { key: `${businessUnitId} ${kind} ${from}`, label }, unit, spec);
  const { form, errors } = draft.state.value;
  const cancel = (): void => {
    draft.discard();
    close();
  };
  return html`<div class="asset-form"><${DraftForm} draft=${draft} label=${label} submit="Save" cancel=${cancel} saved=${close}>
    ${from === "" && html`<div class="dated-day"><${TextField} id=${`${kind}-from`} label="Holds from" type="date" autofocus=${true} value=${form.effectiveFrom} error=${errors.effectiveFrom} change=${(effectiveFrom: string) => draft.set({ effectiveFrom })} /></div>`}
    ${
      kind === "brand_terms"
        ? html`<${AreaField} id="brand-terms" label="Terms" hint="One a line. Capitals do not count." rows=${6} maxlength=${20_000} value=${form.text} error=${errors.text ?? errors.rows} change=${(text: string) => draft.set({ text, isGone: false })} />`
        : html`<${RowsEditor} id=${kind} columns=${columnsOf(kind, metrics, unit.currency)} rows=${form.rows} errors=${errors} ordered=${kind === "page_groups"}
            fresh=${newRow(kind, unit.currency)} change=${(rows: readonly Cells[]) => draft.set({ rows, isGone: false })} />`
    }
  <//></div>`;
}
