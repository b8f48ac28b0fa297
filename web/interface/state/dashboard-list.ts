/** The list of dashboards: finding one, and where a Business Unit stands on its way to its dashboard. */
import type { DashboardListItem } from "../../../src/core/wire-dashboard.ts";
import type { Words } from "./words.ts";

export type Standing = DashboardListItem["status"];

const STANDING: Readonly<Record<Standing, Words>> = {
  setup_needed: { label: "Setup needed", tone: "wait" },
  dashboard_needed: { label: "Dashboard needed", tone: "review" },
  ready: { label: "Ready", tone: "good" },
};

/** Where a Business Unit stands on its way to a dashboard. */
export function standingOf(status: Standing): Words {
  return STANDING[status];
}

/** What people look for first stands first: dashboards that wait for somebody's hand are few and named by the filter. */
export const STANDINGS: readonly Standing[] = ["ready", "dashboard_needed", "setup_needed"];

const folded = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Those whose name or client's name has every word of `text`, by name. */
export function matching(
  items: readonly DashboardListItem[],
  text: string,
  standing: Standing | null,
): readonly DashboardListItem[] {
  const words = folded(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  return items
    .filter((item) => standing === null || item.status === standing)
    .filter((item) => {
      const hay = folded(`${item.name} ${item.clientName}`);
      return words.every((word) => hay.includes(word));
    })
    .toSorted((a, b) => a.name.localeCompare(b.name, "en") || (a.businessUnitId < b.businessUnitId ? -1 : 1));
}

/** How many there are of each. */
export function countsOf(items: readonly DashboardListItem[]): Readonly<Record<Standing, number>> {
  const of = (status: Standing): number => items.filter((item) => item.status === status).length;
  return { ready: of("ready"), dashboard_needed: of("dashboard_needed"), setup_needed: of("setup_needed") };
}
