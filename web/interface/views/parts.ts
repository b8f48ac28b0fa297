/** Small pieces that every view is made of. */
import type { ComponentChildren, VNode } from "preact";
import { now } from "../browser.ts";
import { html } from "../html.ts";
import { exactUtc, relativeTime, roughly } from "../state/time.ts";
import type { Words } from "../state/words.ts";
import { Icon } from "./icons.ts";

/** A status in words, coloured by its family. */
export function Pill({ words }: { words: Words }): VNode {
  return html`<span class=${`pill tone-${words.tone}`}><span class="pill-dot"></span>${words.label}</span>`;
}

/** A time as age; the exact UTC moment is in the title and the machine-readable attribute. */
export function Age({ at }: { at: string }): VNode {
  return html`<time class="age" datetime=${at} title=${exactUtc(at)}>${relativeTime(at, now.value)}</time>`;
}

/** How long something has lasted: `4 min`. */
export function Span({ since }: { since: string }): VNode {
  const from = Date.parse(since);
  return html`<time class="age" datetime=${since} title=${`Since ${exactUtc(since)}`}>${Number.isNaN(from) ? since : roughly(now.value - from)}</time>`;
}

/** When something goes on by itself; a time that has passed is about to be acted on. */
export function GoesOn({ at }: { at: string }): VNode {
  const due = Date.parse(at);
  const words =
    due > now.value
      ? `Goes on ${relativeTime(at, now.value).replace("just now", "in a moment")}`
      : "Goes on any moment";
  return html`<time class="age" datetime=${at} title=${exactUtc(at)}>${words}</time>`;
}

/** Text written by others: shown as text, isolated from the direction of the words around it. */
export function Foreign({ text }: { text: string }): VNode {
  return html`<bdi class="foreign">${text}</bdi>`;
}

/** A link out of the panel, only ever to http(s): an address from a task could carry a script instead. */
export function OutLink({
  href,
  button = false,
  children,
}: {
  href: string;
  button?: boolean;
  children?: ComponentChildren;
}): VNode {
  const safe = URL.canParse(href) && /^https?:$/.test(new URL(href).protocol);
  if (!safe) return html`<span>${children}</span>`;
  const style = button ? "button" : "out";
  return html`<a class=${style} href=${href} target="_blank" rel="noopener noreferrer">${children}<${Icon} name="external" /><span class="sr-only"> (opens in a new tab)</span></a>`;
}

/** Grey shapes in the place of what is being loaded. `label` says so to those who do not see them; empty beside a labelled one. */
export function Skeleton({ label, rows }: { label: string; rows: number }): VNode {
  const bars = Array.from({ length: rows }, (_, index) => html`<span key=${index} class="skeleton-bar"></span>`);
  return html`<div class="skeleton">${label !== "" && html`<span class="sr-only" role="status">${label}</span>`}${bars}</div>`;
}

/** A titled part of a page. */
export function Panel({
  id,
  title,
  aside,
  children,
}: {
  id: string;
  title: string;
  aside?: ComponentChildren;
  children?: ComponentChildren;
}): VNode {
  return html`<section class="panel" aria-labelledby=${id}>
    <header class="panel-head"><h2 id=${id}>${title}</h2>${aside}</header>
    ${children}
  </section>`;
}
