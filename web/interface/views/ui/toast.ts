/** Says what just happened, politely and for a while. */
import type { VNode } from "preact";
import { browserLink } from "../../browser.ts";
import { html } from "../../html.ts";
import { Toasts } from "../../state/toasts.ts";
import type { Tone } from "../../state/words.ts";
import { Icon } from "../icons.ts";

const toasts = new Toasts(browserLink.clock);

/** Shows and announces a message, e.g. that something was saved. What must be acted on belongs into the page instead. */
export function tell(text: string, tone: Tone = "good"): void {
  toasts.tell(text, tone);
}

/** Where messages appear; once in the shell. The region stands there while empty: one that arrives with its words is not announced. */
export function ToastRegion(): VNode {
  const hold = (): void => toasts.hold();
  const release = (): void => toasts.release();
  return html`<div class="toasts" role="status" aria-live="polite" onMouseEnter=${hold} onMouseLeave=${release} onFocusIn=${hold} onFocusOut=${release}>
    ${toasts.shown.value.map(
      (one) => html`<div key=${one.id} class=${`toast tone-${one.tone}`}>
        <${Icon} name=${one.tone === "bad" || one.tone === "wait" ? "alert" : "check"} />
        <p>${one.text}</p>
        <button type="button" class="icon-button" aria-label="Dismiss" onClick=${() => toasts.drop(one.id)}><${Icon} name="cross" /></button>
      </div>`,
    )}
  </div>`;
}
