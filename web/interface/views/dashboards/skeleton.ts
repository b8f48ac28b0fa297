/** The shapes of a dashboard while it is loaded, as tall as what comes. */
import type { VNode } from "preact";
import { html } from "../../html.ts";

/** Head, eight tiles, a chart. */
export function DashboardSkeleton(): VNode {
  return html`<div class="dash-skeleton">
    <span class="sr-only" role="status">Loading the dashboard</span>
    <span class="skeleton-bar dash-skeleton-head"></span>
    <div class="scores">${Array.from({ length: 8 }, (_, n) => html`<span key=${n} class="skeleton-bar dash-skeleton-tile"></span>`)}</div>
    <span class="skeleton-bar dash-skeleton-chart"></span>
  </div>`;
}
