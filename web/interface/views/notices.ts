/** What a page says when it has nothing else to show, and what to do about it. */
import type { ComponentChildren, VNode } from "preact";
import type { Problem } from "../../../src/core/wire.ts";
import { html } from "../html.ts";
import { Icon, type IconName } from "./icons.ts";

export interface NoticeProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
  /** Heading level: 1 when the notice is all the page has. */
  readonly level?: 1 | 2;
}

/** A page or a column that has nothing to show, and what to do about it. */
export function Notice({ icon, title, children, level = 2 }: NoticeProps): VNode {
  const heading = level === 1 ? html`<h1>${title}</h1>` : html`<h2>${title}</h2>`;
  return html`<div class="notice"><span class="notice-icon"><${Icon} name=${icon} /></span>${heading}<div class="notice-text">${children}</div></div>`;
}

/** Shown instead of a page that could not be loaded. */
export function LoadProblem({ problem, retry }: { problem: Problem; retry: () => void }): VNode {
  return html`<div role="alert"><${Notice} icon="alert" title=${problem.title}>
    <p>${problem.detail}</p>
    <p><button type="button" class="button" onClick=${retry}>Try again</button></p>
  <//></div>`;
}

/** Shown when the edge or the control plane refuses the reader. */
export function ForbiddenNotice(): VNode {
  return html`<${Notice} icon="cross" title="You may not see this">
    <p>The control plane refused this connection. If you should have access, ask whoever runs Agency OS to check the service token and your network.</p>
  <//>`;
}
