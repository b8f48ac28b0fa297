/** How a piece is shown on the page of the design language: with its words, in both themes side by side. */
import type { ComponentChildren, VNode } from "preact";
import { html } from "../../html.ts";

export type Scheme = "light" | "dark";

export interface SampleProps {
  readonly title: string;
  /** When to use it. */
  readonly note: ComponentChildren;
  /** The piece; ids in it must differ by scheme. */
  readonly render: (scheme: Scheme) => ComponentChildren;
}

const SCHEMES: readonly Scheme[] = ["light", "dark"];

/** One piece in both themes, whatever theme the page is in. */
export function Sample({ title, note, render }: SampleProps): VNode {
  return html`<section class="sample"><h3>${title}</h3><p class="sample-note">${note}</p>
    <div class="sample-pair">${SCHEMES.map((scheme) => html`<div key=${scheme} class=${`sample-pane scheme-${scheme}`}>${render(scheme)}</div>`)}</div>
  </section>`;
}

/** Several pieces in a row that wraps. */
export function Row({ children }: { children?: ComponentChildren }): VNode {
  return html`<div class="sample-row">${children}</div>`;
}
