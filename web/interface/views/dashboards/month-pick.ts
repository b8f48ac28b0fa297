/** Which month is shown: the one before, the one after, or any from a list. */
import type { VNode } from "preact";
import { useLocation } from "preact-iso/router";
import type { DashboardView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { monthsBetween, monthsOn } from "../../state/dashboard-words.ts";
import { monthName } from "../../state/time.ts";
import { Icon } from "../icons.ts";

interface StepProps {
  readonly href: string | null;
  readonly label: string;
  readonly kind: "before" | "after";
}

/** At an end of the list the step stays in its place, so that the other one does not move under the pointer. */
function Step({ href, label, kind }: StepProps): VNode {
  const icon = html`<${Icon} name="chevron" />`;
  if (href === null) return html`<span class=${`month-step month-${kind}`} aria-hidden="true">${icon}</span>`;
  return html`<a class=${`month-step month-${kind}`} href=${href} aria-label=${label} title=${label}>${icon}</a>`;
}

/** @param to the address of the same view in another month */
export function MonthPick({ feed, to }: { feed: DashboardView; to: (month: string) => string }): VNode {
  const { route } = useLocation();
  const { first, last } = feed.months;
  const shown = feed.period.start.slice(0, 7);
  const months = monthsBetween(first, last);
  const [before, after] = [monthsOn(shown, -1), monthsOn(shown, 1)];
  const picked = (event: Event): void => {
    if (event.currentTarget instanceof HTMLSelectElement) route(to(event.currentTarget.value));
  };
  return html`<div class="month-pick" role="group" aria-label="Month">
    <${Step} kind="before" label=${monthName(before)} href=${before >= first ? to(before) : null} />
    <select aria-label="Month" value=${shown} onChange=${picked}>${months.map((month) => html`<option key=${month} value=${month} selected=${month === shown}>${monthName(month)}${month === last ? ", so far" : ""}</option>`)}</select>
    <${Step} kind="after" label=${monthName(after)} href=${after <= last ? to(after) : null} />
  </div>`;
}
