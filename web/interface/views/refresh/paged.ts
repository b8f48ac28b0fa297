/** A list that comes in pages, newest first: the first with the view, the others when asked for. */
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import type { Page, Reply } from "../../api.ts";
import { html } from "../../html.ts";
import { readAsFar } from "../../state/pages.ts";
import { Foreign, Skeleton } from "../parts.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";

export interface PagedProps<T> {
  /** Another key, another list. */
  readonly list: string;
  readonly load: (cursor: string | null) => Promise<Reply<Page<T>>>;
  /** What is being loaded, for those who do not see the shapes. */
  readonly label: string;
  readonly empty: ComponentChildren;
  readonly children: (items: readonly T[]) => ComponentChildren;
}

/** The list, and the button for more. */
export function Paged<T>({ list, load, label, empty, children }: PagedProps<T>): VNode {
  const { state, resource } = useResource(list, (held: Page<T> | null) => readAsFar(load, held));
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const more = async (page: Page<T>): Promise<void> => {
    setAsking(true);
    const reply = await load(page.nextCursor);
    setAsking(false);
    setProblem(reply.ok ? null : reply.problem);
    // Read anew meanwhile, it says itself where it goes on.
    if (reply.ok && resource.state.peek().value === page)
      resource.put({ items: [...page.items, ...reply.value.items], nextCursor: reply.value.nextCursor });
  };
  const shown = (page: Page<T>): VNode => html`<div>
    ${page.items.length === 0 ? html`<div class="none">${empty}</div>` : children(page.items)}
    ${problem !== null && html`<p class="field-problem" role="alert"><${Foreign} text=${problem.detail} /></p>`}
    ${page.nextCursor !== null && html`<p class="more"><button type="button" class="button" disabled=${asking} onClick=${() => void more(page)}>${asking ? "Loading…" : "Show more"}</button></p>`}
  </div>`;
  return html`<${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label=${label} rows=${3} />`}>${shown}<//>`;
}
