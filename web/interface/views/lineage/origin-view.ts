/** One stored reply a figure was read from: what was asked, and the very bytes that were used. */
import type { VNode } from "preact";
import { nameOf } from "../../../../src/core/names.ts";
import type { LineageView } from "../../../../src/core/wire-data.ts";
import { html } from "../../html.ts";
import { cellText } from "../../state/lineage-words.ts";
import { askedLines } from "../../state/request-words.ts";
import { Icon } from "../icons.ts";
import { Foreign } from "../parts.ts";
import { Moment } from "../ui/time.ts";
import { CopyButton } from "./copy-button.ts";

type Origin = LineageView["origins"][number];
type Cell = Origin["cells"][number];

/** Cells that stand open; the rest is one click away. */
const OPEN_CELLS = 3;

function CellView({ cell }: { cell: Cell }): VNode {
  const { before, text, after } = cellText(cell);
  const [start, end] = cell.byteRange;
  return html`<li class="cell">
    <p class="bytes"><span class="bytes-around">${before}</span><mark><${Foreign} text=${text} /></mark><span class="bytes-around">${after}</span></p>
    <p class="cell-place">
      <code>${cell.pointer}</code><${CopyButton} label="Copy the pointer" text=${cell.pointer} />
      <span class="cell-range">bytes ${start.toLocaleString("en")} to ${end.toLocaleString("en")}</span><${CopyButton} label="Copy the byte range" text=${`${start}-${end}`} />
    </p>
  </li>`;
}

function Cells({ origin }: { origin: Origin }): VNode | null {
  const { cells, more, problem } = origin;
  const rest = cells.slice(OPEN_CELLS);
  const list = (some: readonly Cell[]): VNode =>
    html`<ul class="cells">${some.map((cell) => html`<${CellView} key=${cell.pointer} cell=${cell} />`)}</ul>`;
  return html`<div>
    ${cells.length > 0 && html`<p class="lineage-caption">${cells.length + more === 1 ? "The value in the reply" : "The values in the reply"}</p>`}
    ${list(cells.slice(0, OPEN_CELLS))}
    ${rest.length > 0 && html`<details class="cells-more"><summary>${rest.length} more</summary>${list(rest)}</details>`}
    ${more > 0 && html`<p class="muted lineage-small">and ${more.toLocaleString("en")} more, which are not named one by one</p>`}
    ${problem !== null && html`<p class="lineage-problem"><${Icon} name="alert" /><span>${problem}</span></p>`}
  </div>`;
}

function Exact({ name, text, copy }: { name: string; text: string; copy: string }): VNode {
  return html`<div><dt>${name}</dt><dd><code>${text}</code><${CopyButton} label=${copy} text=${text} /></dd></div>`;
}

function ForEngineers({ origin }: { origin: Origin }): VNode {
  const { request } = origin;
  const body = JSON.stringify(request.body, null, 2);
  return html`<details class="exact"><summary>Request and snapshot, exactly</summary>
    <dl class="exact-list">
      ${request.method !== "" && html`<${Exact} name="Request" text=${`${request.method} ${request.path}`} copy="Copy the request" />`}
      <${Exact} name="Snapshot" text=${origin.snapshotKey} copy="Copy the key of the snapshot" />
      ${origin.sha256 !== "" && html`<${Exact} name="SHA-256" text=${origin.sha256} copy="Copy the digest" />`}
    </dl>
    <p class="lineage-note muted">Byte ranges count from zero in the uncompressed snapshot; the end is excluded.</p>
    ${
      request.body !== null &&
      request.body !== undefined &&
      html`<div class="exact-body"><p class="lineage-caption">${request.method === "GET" ? "Query" : "Body"}<${CopyButton} label="Copy the body of the request" text=${body} /></p><pre tabindex="0" role="group" aria-label="Body of the request">${body}</pre></div>`
    }
  </details>`;
}

/** The reply. */
export function OriginView({ origin, source }: { origin: Origin; source: string }): VNode {
  const asked = askedLines(origin.request.body);
  return html`<article class="origin">
    <header class="origin-head">
      <h4>${nameOf(source)}${origin.query !== "" && html`, query “<${Foreign} text=${nameOf(origin.query)} />”`}</h4>
      ${origin.fetchedAt !== "" && html`<p class="muted">Fetched <${Moment} at=${origin.fetchedAt} /></p>`}
    </header>
    ${asked.length > 0 && html`<dl class="asked">${asked.map(({ label, text }) => html`<div key=${label}><dt>${label}</dt><dd><${Foreign} text=${text} /></dd></div>`)}</dl>`}
    <${Cells} origin=${origin} />
    <${ForEngineers} origin=${origin} />
  </article>`;
}
