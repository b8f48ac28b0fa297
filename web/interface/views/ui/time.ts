/** Moments and days as they stand in text; for ages there is `Age`. */
import type { VNode } from "preact";
import { html } from "../../html.ts";
import { dateUtc, exactUtc, momentHere } from "../../state/time.ts";

/** A moment in the reader's zone; the exact UTC is in the title. */
export function Moment({ at }: { at: string }): VNode {
  return html`<time class="moment" datetime=${at} title=${exactUtc(at)}>${momentHere(at)}</time>`;
}

/** A day `YYYY-MM-DD`: the same day for every reader, since it belongs to the zone of its source. */
export function Day({ day }: { day: string }): VNode {
  return html`<time class="moment" datetime=${day}>${dateUtc(day)}</time>`;
}
