/** `/admin/units/:businessUnitId/:tab`: how one Business Unit is set up. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Api } from "../../api.ts";
import { getUnit, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { clientPath, UNIT_TABS, type UnitTab, unitPath } from "../../state/admin-paths.ts";
import { READINESS_TONE } from "../../state/admin-words.ts";
import { registerActions } from "../../state/palette.ts";
import { mayDo } from "../../state/session.ts";
import { usePageTitle } from "../follow.ts";
import { Foreign, Skeleton } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { Tabs } from "../ui/tabs.ts";
import type { Known } from "./admin-page.ts";
import { ContextTab } from "./context-tab.ts";
import { HistoryTab } from "./history-tab.ts";
import { useJump } from "./jump.ts";
import { ReadinessPanel } from "./readiness-panel.ts";
import { Selector } from "./selector.ts";
import { SettingsTab } from "./settings-tab.ts";
import { SourcesTab } from "./sources-tab.ts";
import { UsersTab } from "./users-tab.ts";

const TAB_LABELS: Readonly<Record<UnitTab, string>> = {
  sources: "Sources",
  context: "Context",
  users: "Users",
  settings: "Settings",
  history: "History",
};

/** What every tab needs. */
export interface TabProps {
  readonly api: Api;
  readonly unit: WrittenUnit;
  /** Takes the Business Unit as a write left it. */
  readonly changed: (unit: WrittenUnit) => void;
  /** Asks for the Business Unit anew. */
  readonly reload: () => void;
  /** False for those who may only look, and in the archive. */
  readonly mayEdit: boolean;
}

function tabOf(tab: UnitTab, props: TabProps): VNode {
  switch (tab) {
    case "sources":
      return html`<${SourcesTab} ...${props} />`;
    case "context":
      return html`<${ContextTab} ...${props} />`;
    case "users":
      return html`<${UsersTab} ...${props} />`;
    case "settings":
      return html`<${SettingsTab} ...${props} />`;
    case "history":
      return html`<${HistoryTab} ...${props} />`;
  }
}

interface FrameProps extends TabProps {
  readonly tab: UnitTab;
}

function Frame({ tab, ...props }: FrameProps): VNode {
  const { unit } = props;
  useJump(true);
  const tabs = UNIT_TABS.map((one) => ({
    href: unitPath(unit.businessUnitId, one),
    label: TAB_LABELS[one],
    current: one === tab,
  }));
  return html`${
    unit.archivedAt !== null &&
    html`<p class="admin-banner" role="status">In the archive: it can be looked at, and its sources can be removed for another client to use. <a href=${`${unitPath(unit.businessUnitId, "settings")}?field=archived`}>Take it out</a></p>`
  }
    <${ReadinessPanel} ...${props} />
    <${Tabs} label=${`Set-up of ${unit.name}`} tabs=${tabs} />
    <div class="admin-tab">${tabOf(tab, props)}</div>`;
}

function Head({ unit }: { unit: WrittenUnit | null }): VNode {
  return html`<header class="page-head"><div>
    <p class="crumbs"><a href="/admin/clients">Clients</a>${unit !== null && html`<span aria-hidden="true"> / </span><a href=${clientPath(unit.clientId)}><${Foreign} text=${unit.clientName} /></a>`}</p>
    <h1><${Foreign} text=${unit?.name ?? "Business Unit"} /> ${unit !== null && html`<${Badge} tone=${READINESS_TONE[unit.readiness.status]}>${unit.readiness.label}<//>`}</h1>
  </div>
  ${unit?.surface?.state === "active" && unit.archivedAt === null && html`<a class="button" href=${`/dashboards/${encodeURIComponent(unit.slug)}`}>Open the dashboard</a>`}
  </header>`;
}

interface Props {
  readonly api: Api;
  readonly known: Known;
  readonly businessUnitId: string;
  readonly tab: UnitTab;
}

/** The page. */
export function UnitPage({ api, known, businessUnitId, tab }: Props): VNode {
  const { state, resource } = useResource(`unit:${businessUnitId}`, () => getUnit(api, businessUnitId));
  usePageTitle(`${state.value?.name ?? "Business Unit"}: ${TAB_LABELS[tab]}`);
  const name = state.value?.name ?? null;
  useEffect(() => {
    if (name === null) return;
    const actions = UNIT_TABS.map((one) => ({
      id: `unit-${one}`,
      label: `${TAB_LABELS[one]} of ${name}`,
      href: unitPath(businessUnitId, one),
    }));
    return registerActions("unit", actions);
  }, [name]);
  const changed = (unit: WrittenUnit): void => {
    resource.put(unit);
    known.unitChanged(unit);
  };
  return html`<div class="page admin-page">
    <${Selector} known=${known} current=${businessUnitId} />
    <div class="admin-main">
      <${Head} unit=${state.value} />
      <${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label="Loading the Business Unit" rows=${4} />`}>
        ${(unit: WrittenUnit) => html`<${Frame} api=${api} unit=${unit} changed=${changed} reload=${() => void resource.reload()} tab=${tab} mayEdit=${mayDo("units.write", businessUnitId) && unit.archivedAt === null} />`}
      <//>
    </div>
  </div>`;
}
