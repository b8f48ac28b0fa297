/** `/reports`: the Report Library, every report Jessie made, found by what it is and whether it may be used again. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { Report } from "../../../../src/core/wire-reports.ts";
import type { Api } from "../../api.ts";
import { dashboards } from "../../api-dashboards.ts";
import { html } from "../../html.ts";
import { filterOf, libraryPath, queryOf, type ReportFilter } from "../../state/library.ts";
import { usePageTitle } from "../follow.ts";
import { useResource } from "../ui/resource-view.ts";
import { LibraryFilter } from "./library-filter.ts";
import { ReportList } from "./library-list.ts";
import { SavedViews } from "./saved-views.ts";

/** The page. */
export default function LibraryPage({ api }: { api: Api }): VNode {
  usePageTitle("Reports");
  const { url, route } = useLocation();
  const filter = filterOf(url.split("?")[1] ?? "");
  const units = useResource("report clients", () => dashboards(api)).state.value ?? [];
  const [skills, setSkills] = useState<readonly string[]>([]);
  const seen = (reports: readonly Report[]): void =>
    setSkills((known) => [...new Set([...known, ...reports.map(({ skill }) => skill)])]);
  const change = (next: ReportFilter): void => route(libraryPath(next), true);
  const unitName = units.find(({ businessUnitId }) => businessUnitId === filter.businessUnitId)?.name ?? null;
  return html`<div class="page">
    <header class="page-head"><div><h1>Reports</h1><p class="page-lead">Every report Jessie made, newest first</p></div></header>
    <${SavedViews} api=${api} filter=${filter} unitName=${unitName} />
    <${LibraryFilter} filter=${filter} change=${change} units=${units} skills=${skills} />
    <${ReportList} key=${queryOf(filter)} api=${api} filter=${filter} seen=${seen} />
  </div>`;
}
