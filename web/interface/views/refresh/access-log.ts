/** Who read a Business Unit's figures, and for what. Metadata alone: no value is ever written there. */
import type { VNode } from "preact";
import { nameOf } from "../../../../src/core/names.ts";
import type { AccessView } from "../../../../src/core/wire-data.ts";
import type { Api } from "../../api.ts";
import { accesses } from "../../api-data.ts";
import { html } from "../../html.ts";
import { periodWords } from "../../state/lineage-words.ts";
import { Foreign } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { DataTable } from "../ui/table.ts";
import { Moment } from "../ui/time.ts";
import { Paged } from "./paged.ts";

const KIND: Readonly<Record<AccessView["readerKind"], string>> = { staff: "Staff", agent: "Agent", service: "Program" };

function What({ access }: { access: AccessView }): VNode {
  const { what, metric, period } = access;
  return html`<span>${nameOf(what)}${metric !== null && html`, <code>${metric}</code>`}${period !== null && `, ${periodWords(period)}`}</span>`;
}

function Outcome({ outcome }: { outcome: string }): VNode {
  const good = outcome === "answered";
  return html`<${Badge} tone=${good ? "good" : "bad"}>${good ? "Answered" : `Refused: ${nameOf(outcome).toLowerCase()}`}<//>`;
}

function Table({ items }: { items: readonly AccessView[] }): VNode {
  return html`<${DataTable}
    caption="Reads of figures"
    captionHidden=${true}
    rows=${items}
    keyOf=${({ logId }: AccessView) => logId}
    columns=${[
      {
        id: "who",
        label: "Who",
        cell: ({ reader, readerKind }: AccessView) =>
          html`<span><${Foreign} text=${reader} /> <span class="muted">${KIND[readerKind]}</span></span>`,
      },
      { id: "what", label: "What", cell: (access: AccessView) => html`<${What} access=${access} />` },
      { id: "purpose", label: "For", cell: ({ purpose }: AccessView) => html`<${Foreign} text=${purpose} />` },
      {
        id: "count",
        label: "Figures",
        align: "end",
        cell: ({ factCount }: AccessView) => factCount.toLocaleString("en"),
      },
      { id: "at", label: "When", cell: ({ at }: AccessView) => html`<${Moment} at=${at} />` },
      { id: "outcome", label: "Outcome", cell: ({ outcome }: AccessView) => html`<${Outcome} outcome=${outcome} />` },
    ]}
  />`;
}

/** The list. */
export function AccessLog({ api, businessUnitId }: { api: Api; businessUnitId: string }): VNode {
  return html`<${Paged} list=${`accesses ${businessUnitId}`} label="Loading the reads" load=${(cursor: string | null) => accesses(api, businessUnitId, cursor)}
    empty=${html`<p>Nobody has read its figures yet.</p>`}>
    ${(items: readonly AccessView[]) => html`<${Table} items=${items} />`}
  <//>`;
}
