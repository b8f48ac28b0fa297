/** What a figure was before: each version with what changed, and whether a final value was restated. */
import type { VNode } from "preact";
import type { FactView, LineageView } from "../../../../src/core/wire-data.ts";
import { html } from "../../html.ts";
import { valueWords, versionChange } from "../../state/lineage-words.ts";
import { dataPage } from "../refresh/data-address.ts";
import { Badge } from "../ui/badge.ts";
import { DataTable } from "../ui/table.ts";
import { Moment } from "../ui/time.ts";

type Version = LineageView["versions"][number];

interface Row {
  readonly version: Version;
  readonly older: Version | undefined;
}

function VersionCell({ version, current }: { version: Version; current: boolean }): VNode {
  return html`<span class="version-name">${version.version}${current && html` <${Badge} tone="good">Now<//>`}${version.restates && html` <${Badge} tone="wait" title="A value that was called final changed nevertheless">Restated<//>`}</span>`;
}

/** The table, newest first. */
export function VersionsView({ fact, versions }: { fact: FactView; versions: readonly Version[] }): VNode {
  const rows: Row[] = versions.map((version, at) => ({ version, older: versions[at + 1] }));
  return html`<${DataTable}
    caption="Versions of this figure"
    captionHidden=${true}
    rows=${rows}
    keyOf=${({ version }: Row) => String(version.version)}
    columns=${[
      {
        id: "version",
        label: "Version",
        cell: ({ version }: Row) =>
          html`<${VersionCell} version=${version} current=${version.version === fact.version} />`,
      },
      { id: "value", label: "Value", align: "end", cell: ({ version }: Row) => valueWords(fact, version) },
      {
        id: "change",
        label: "Change",
        align: "end",
        cell: ({ version, older }: Row) => versionChange(fact, version, older) ?? html`<span class="muted">–</span>`,
      },
      { id: "recorded", label: "Recorded", cell: ({ version }: Row) => html`<${Moment} at=${version.recordedAt} />` },
      {
        id: "refresh",
        label: "Refresh",
        cell: ({ version }: Row) =>
          html`<a class="version-run" href=${dataPage(fact.businessUnitId)}><code>${version.ingestionRunId}</code></a>`,
      },
    ]}
  />`;
}
