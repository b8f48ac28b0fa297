/** How far the page can be trusted: a quiet mark while live, a banner as soon as it is not. */
import type { VNode } from "preact";
import { now } from "../browser.ts";
import { html } from "../html.ts";
import type { Link } from "../state/live-link.ts";
import { exactUtc, roughly } from "../state/time.ts";
import { Icon } from "./icons.ts";

const LABEL: Readonly<Record<Link["kind"], string>> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Not live",
  refused: "Closed",
};

/** The mark beside a page's title. */
export function LinkMark({ link }: { link: Link }): VNode {
  return html`<span class=${`link-mark link-${link.kind}`}><span class="link-dot"></span>${LABEL[link.kind]}</span>`;
}

function LostDetails({ heardAt, retryAt }: { heardAt: number | null; retryAt: number }): VNode {
  const at = now.value;
  const age =
    heardAt === null
      ? html`<span>Nothing was heard from the server yet.</span>`
      : html`<span>What you see is <time datetime=${new Date(heardAt).toISOString()} title=${exactUtc(new Date(heardAt).toISOString())}>${roughly(at - heardAt)}</time> old.</span>`;
  const next = retryAt > at ? `Next attempt in ${roughly(retryAt - at + 999)}.` : "Trying now.";
  return html`<span class="stale-age">${age} <span>${next}</span></span>`;
}

/** Shown while the connection is lost. Only the loss itself is announced: an age that counts up would never be quiet. */
export function StaleBanner({ link, retry }: { link: Link; retry: () => void }): VNode {
  const lost = link.kind === "lost" ? link : null;
  return html`<div class=${lost === null ? "stale" : "stale stale-shown"}>
    <span role="status" class="stale-words">${lost !== null && html`<${Icon} name="alert" /><strong>Connection lost.</strong>`}</span>
    ${lost !== null && html`<${LostDetails} heardAt=${lost.heardAt} retryAt=${lost.retryAt} />`}
    ${lost !== null && html`<button type="button" class="button button-small" onClick=${retry}>Try now</button>`}
  </div>`;
}
