/** `/dashboards/:slug[/:tab]`: the dashboard of one Business Unit in one month. */
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { useRoute } from "preact-iso/router";
import type { DashboardView } from "../../../../src/core/wire-dashboard.ts";
import type { Api } from "../../api.ts";
import { dashboard } from "../../api-dashboards.ts";
import { html } from "../../html.ts";
import type { ResourceState } from "../../state/resource.ts";
import { mayDo } from "../../state/session.ts";
import { monthName } from "../../state/time.ts";
import { usePageTitle } from "../follow.ts";
import { Icon } from "../icons.ts";
import { LineageDrawer } from "../lineage/lineage-drawer.ts";
import { Notice } from "../notices.ts";
import { Foreign } from "../parts.ts";
import { ReportHistory } from "../refresh/report-history.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { Tabs } from "../ui/tabs.ts";
import { Breakdowns } from "./breakdowns.ts";
import { OpenLineage } from "./figure-button.ts";
import { MonthPick } from "./month-pick.ts";
import { Overview } from "./overview.ts";
import { DashboardSkeleton } from "./skeleton.ts";
import { Tasks } from "./tasks.ts";

const TABS = ["overview", "breakdowns", "work", "reports"] as const;
type TabName = (typeof TABS)[number];

const isTab = (text: string): text is TabName => TABS.some((one) => one === text);

/** Addresses of the dashboard keep the month that was chosen. */
function addressOf(slug: string, tab: TabName, month: string | null): string {
  const base = `/dashboards/${encodeURIComponent(slug)}${tab === "overview" ? "" : `/${tab}`}`;
  return month === null ? base : `${base}?month=${encodeURIComponent(month)}`;
}

interface ShownProps {
  readonly api: Api;
  readonly feed: DashboardView;
  readonly tab: TabName;
  readonly month: string | null;
  /** The data was refreshed: the feed is older than it. */
  readonly renew: () => void;
}

function Head({ feed, tab }: ShownProps): VNode {
  const to = (month: string): string => addressOf(feed.slug, tab, month);
  return html`<header class="dash-head">
    <div>
      <p class="crumbs"><a href="/dashboards"><${Icon} name="back" />Dashboards</a></p>
      <h1><${Foreign} text=${feed.name} /></h1>
      <p class="page-lead">${feed.clientName !== feed.name && html`<${Foreign} text=${feed.clientName} />, `}${monthName(feed.period.start)}</p>
    </div>
    <${MonthPick} feed=${feed} to=${to} />
  </header>`;
}

function Shown(props: ShownProps): VNode {
  const { api, feed, tab, month } = props;
  usePageTitle(`${feed.name}, ${monthName(feed.period.start)}`);
  const [factId, setFactId] = useState<string | null>(null);
  const link = (name: TabName, label: string, count?: number) => ({
    href: addressOf(feed.slug, name, month),
    label,
    current: name === tab,
    ...(count === undefined ? {} : { count }),
  });
  const tabs = [
    link("overview", "Overview"),
    link("breakdowns", "Channels and pages", feed.tables.length),
    link("work", "Work", feed.tasks.length),
    link("reports", "Report history"),
  ];
  return html`<${OpenLineage.Provider} value=${setFactId}>
    <${Head} ...${props} />
    <${Tabs} label="Parts of the dashboard" tabs=${tabs} />
    ${feed.fixture && html`<p class="dash-fixture" role="note"><${Icon} name="alert" /><span><b>Demo figures.</b> Some of what you see is invented to show the dashboard; none of it is about a client.</span></p>`}
    ${tab === "overview" && html`<${Overview} api=${api} feed=${feed} admin=${mayDo("units.write", feed.businessUnitId)} renew=${props.renew} />`}
    ${tab === "breakdowns" && html`<${Breakdowns} feed=${feed} />`}
    ${tab === "work" && html`<${Tasks} feed=${feed} />`}
    ${tab === "reports" && html`<${ReportHistory} api=${api} businessUnitId=${feed.businessUnitId} />`}
    <${LineageDrawer} api=${api} factId=${factId} close=${() => setFactId(null)} />
  <//>`;
}

function NoDashboard({ needed }: { needed: boolean }): VNode {
  usePageTitle("No dashboard");
  return html`<${Notice} icon="file" title=${needed ? "This dashboard is not created yet" : "There is no such dashboard"} level=${1}>
    <p>${needed ? "Its Business Unit is known; create the dashboard from the list." : "The address may have been mistyped, its Business Unit may be archived, or it is not yours to see."}</p>
    <p><a class="button" href="/dashboards">All dashboards</a></p>
  <//>`;
}

/** The feed, and while another month is on its way the one that is there, so that nothing jumps. */
function useKept(slug: string, state: ResourceState<DashboardView>): ResourceState<DashboardView> {
  const kept = useRef<DashboardView | null>(null);
  if (state.value !== null) kept.current = state.value;
  const before = kept.current?.slug === slug ? kept.current : null;
  return state.value === null && state.problem === null ? { ...state, value: before } : state;
}

/** The page. */
export default function DashboardPage({ api }: { api: Api }): VNode {
  usePageTitle("Dashboard");
  const { params, query } = useRoute();
  const slug = params.slug ?? "";
  const asked = params.tab ?? "overview";
  const month = query.month ?? null;
  const { state, resource } = useResource(`${slug} ${month}`, () => dashboard(api, slug, month));
  const shown = useKept(slug, state);
  const isBusy = state.value === null && shown.value !== null;
  const renew = (): void => void resource.reload();
  if (!isTab(asked)) return html`<div class="page"><${NoDashboard} needed=${false} /></div>`;
  if (state.value === null && state.problem?.status === 404)
    return html`<div class="page"><${NoDashboard} needed=${state.problem.code === "dashboard_needed"} /></div>`;
  return html`<div class="page dash">
    <p class="sr-only" role="status">${isBusy ? "Loading another month" : shown.value !== null && monthName(shown.value.period.start)}</p>
    <${ResourceView} state=${shown} retry=${renew} skeleton=${html`<${DashboardSkeleton} />`}>
      ${(feed: DashboardView) => html`<div class=${isBusy ? "dash-busy" : undefined} aria-busy=${isBusy}><${Shown} api=${api} feed=${feed} tab=${asked} month=${month} renew=${renew} /></div>`}
    <//>
  </div>`;
}
