/** A small label: freshness, a rating, a kind. For the state of a run there is `Pill`. */
import type { ComponentChildren, VNode } from "preact";
import { html } from "../../html.ts";
import type { Tone } from "../../state/words.ts";

export interface BadgeProps {
  readonly tone: Tone;
  readonly children?: ComponentChildren;
  /** More about it on hover; never the only place where it is said. */
  readonly title?: string;
}

/** The label. Its words carry the meaning, the colour helps. */
export function Badge({ tone, children, title }: BadgeProps): VNode {
  return html`<span class=${`badge tone-${tone}`} title=${title}>${children}</span>`;
}
