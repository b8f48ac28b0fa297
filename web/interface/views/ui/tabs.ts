/** Tabs that are links: each has an address, so it can be sent to somebody and reached by going back. */
import type { VNode } from "preact";
import { html } from "../../html.ts";

export interface Tab {
  readonly href: string;
  readonly label: string;
  readonly count?: number;
  readonly current: boolean;
}

export interface TabsProps {
  /** Names the navigation for those who do not see it. */
  readonly label: string;
  readonly tabs: readonly Tab[];
}

/** A row of tabs; scrolls sideways where there are more than fit. */
export function Tabs({ label, tabs }: TabsProps): VNode {
  return html`<nav class="tabs" aria-label=${label}><ul>
    ${tabs.map(
      (tab) =>
        html`<li key=${tab.href}><a href=${tab.href} aria-current=${tab.current ? "page" : undefined}>${tab.label}${tab.count !== undefined && html` <span class="tab-count">${tab.count.toLocaleString("en")}</span>`}</a></li>`,
    )}
  </ul></nav>`;
}
