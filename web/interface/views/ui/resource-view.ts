/** One way in which every view is empty, loading, failed, forbidden, stale or shown. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import type { Reply } from "../../api.ts";
import { onReturn } from "../../browser.ts";
import { html } from "../../html.ts";
import { isForOthers, Resource, type ResourceState } from "../../state/resource.ts";
import { Icon } from "../icons.ts";
import { LoadProblem, Notice } from "../notices.ts";
import { Age } from "../parts.ts";

/** Loads when the view opens, when `key` changes and when the reader returns to the tab. */
export function useResource<T>(
  key: string,
  load: (held: T | null) => Promise<Reply<T>>,
): { readonly state: ResourceState<T>; readonly resource: Resource<T> } {
  const resource = useMemo(() => new Resource(load, () => Date.now()), [key]);
  useEffect(() => {
    void resource.reload();
    const forget = onReturn(() => resource.wake());
    return () => {
      forget();
      resource.stop();
    };
  }, [resource]);
  return { state: resource.state.value, resource };
}

export interface ResourceViewProps<T> {
  readonly state: ResourceState<T>;
  readonly retry: () => void;
  /** Shapes in the place of what is being loaded. */
  readonly skeleton: VNode;
  readonly children: (value: T) => ComponentChildren;
}

/** Shows what there is of a resource. */
export function ResourceView<T>({ state, retry, skeleton, children }: ResourceViewProps<T>): VNode {
  const { value, problem, at } = state;
  if (value === null && problem !== null && isForOthers(problem))
    return html`<${Forbidden} detail=${problem.detail} />`;
  if (value === null && problem !== null) return html`<${LoadProblem} problem=${problem} retry=${retry} />`;
  if (value === null) return skeleton;
  return html`<${Stale} problem=${problem} at=${at} retry=${retry} />${children(value)}`;
}

interface StaleProps {
  /** Why it could not be renewed; null while it could. */
  readonly problem: Problem | null;
  readonly at: number | null;
  readonly retry: () => void;
}

/** Above what could not be renewed. Only that is announced: an age that counts up would never be quiet. */
export function Stale({ problem, at, retry }: StaleProps): VNode {
  return html`<div class=${problem === null ? "stale" : "stale stale-shown"}>
    <span role="status" class="stale-words">${problem !== null && html`<${Icon} name="alert" /><strong>This could not be renewed.</strong> ${problem.detail}`}</span>
    ${
      problem !== null &&
      html`<span class="stale-age">${at === null ? "You see what was there before." : html`You see what was there <${Age} at=${new Date(at).toISOString()} />.`}</span>
      <button type="button" class="button button-small" onClick=${retry}>Try again</button>`
    }
  </div>`;
}

/** Instead of a view that is not for the reader. */
export function Forbidden({ detail }: { detail: string }): VNode {
  return html`<${Notice} icon="cross" title="This is not for your role"><p>${detail}</p><p>Ask an admin of Agency OS if you need it.</p><//>`;
}
