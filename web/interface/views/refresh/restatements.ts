/** Values that were called final and changed nevertheless, each with the reports that had used the old one. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { MetricView, RestatementView } from "../../../../src/core/wire-data.ts";
import type { Api } from "../../api.ts";
import { metrics, restatements } from "../../api-data.ts";
import { html } from "../../html.ts";
import { periodWords, valueWords } from "../../state/lineage-words.ts";
import { LineageDrawer } from "../lineage/lineage-drawer.ts";
import { useResource } from "../ui/resource-view.ts";
import { DataTable } from "../ui/table.ts";
import { Moment } from "../ui/time.ts";
import { Paged } from "./paged.ts";

type Catalogue = ReadonlyMap<string, MetricView>;

/** Each side in its own money. */
const figure = ({ unit }: RestatementView, value: RestatementView["before"]): string =>
  valueWords({ unit, currency: value.currency }, value);

function UsedBy({ usedBy }: Pick<RestatementView, "usedBy">): VNode {
  const reports = usedBy.filter(({ kind }) => kind === "report_artifact");
  const reads = usedBy.length - reports.length;
  if (usedBy.length === 0) return html`<span class="muted">nobody</span>`;
  return html`<span class="used-by">
    ${reports.map(({ id }, at) => html`<a key=${id} href=${`/reports/${encodeURIComponent(id)}`}>Report${reports.length > 1 && ` ${at + 1}`}</a>`)}
    ${reads > 0 && html`<span>${reads} ${reads === 1 ? "read" : "reads"}</span>`}
  </span>`;
}

interface TableProps {
  readonly items: readonly RestatementView[];
  readonly catalogue: Catalogue;
  /** Shows where a figure comes from. */
  readonly open: (factId: string) => void;
}

function Table({ items, catalogue, open }: TableProps): VNode {
  const nameOf = ({ metric }: RestatementView): string => catalogue.get(metric)?.label ?? metric;
  return html`<${DataTable}
    caption="Restatements"
    captionHidden=${true}
    rows=${items}
    keyOf=${({ factId, version }: RestatementView) => `${factId} ${version}`}
    columns=${[
      {
        id: "figure",
        label: "Figure",
        cell: (row: RestatementView) =>
          html`<button type="button" class="figure-link" onClick=${() => open(row.factId)}>${nameOf(row)}, ${periodWords(row.period)}</button>`,
      },
      { id: "before", label: "Was", align: "end", cell: (row: RestatementView) => figure(row, row.before) },
      { id: "after", label: "Is", align: "end", cell: (row: RestatementView) => figure(row, row.after) },
      { id: "at", label: "Noticed", cell: ({ recordedAt }: RestatementView) => html`<${Moment} at=${recordedAt} />` },
      {
        id: "used",
        label: "The old one was used by",
        cell: ({ usedBy }: RestatementView) => html`<${UsedBy} usedBy=${usedBy} />`,
      },
    ]}
  />`;
}

/** The list. `turn` grows when it is to be read anew. */
export function Restatements({ api, businessUnitId, turn }: { api: Api; businessUnitId: string; turn: number }): VNode {
  const { state } = useResource("metrics", () => metrics(api));
  const catalogue: Catalogue = new Map((state.value ?? []).map((metric) => [metric.id, metric]));
  const [factId, setFactId] = useState<string | null>(null);
  return html`<div><${Paged} list=${`restatements ${businessUnitId} ${turn}`} label="Loading the restatements" load=${(cursor: string | null) => restatements(api, businessUnitId, cursor)}
    empty=${html`<p>No final value was changed afterwards. When a source does that, it is listed here with the reports that had used the old value.</p>`}>
    ${(items: readonly RestatementView[]) => html`<${Table} items=${items} catalogue=${catalogue} open=${setFactId} />`}
  <//><${LineageDrawer} api=${api} factId=${factId} close=${() => setFactId(null)} /></div>`;
}
