/** What a view shows while it has nothing to show, and times. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { html } from "../../html.ts";
import { LoadProblem, Notice } from "../notices.ts";
import { Age, Foreign, Panel, Skeleton } from "../parts.ts";
import { Forbidden, Stale } from "../ui/resource-view.ts";
import { Day, Moment } from "../ui/time.ts";
import { VirtualList } from "../ui/virtual-list.ts";
import { Row, Sample, type Scheme } from "./sample.ts";

const FAILED = {
  type: "about:blank",
  code: "unreachable",
  status: 0,
  title: "No answer",
  detail: "The control plane cannot be reached. Check the connection, or whether Agency OS is running.",
};

const MANY = Array.from({ length: 10_000 }, (_, index) => `Run ${(index + 1).toLocaleString("en")}`);

/** Behind a button: the page would be as long as the list. */
function LongList(): VNode {
  const [isShown, setShown] = useState(false);
  return html`<section class="sample"><h3>Long lists</h3><p class="sample-note">Only what is in sight is in the page, the rest is room. Ten thousand rows scroll like ten.</p>
    <button type="button" class="button" aria-expanded=${isShown ? "true" : "false"} onClick=${() => setShown(!isShown)}>Ten thousand rows</button>
    ${isShown && html`<div class="sample-pane sample-long"><${VirtualList} items=${MANY} keyOf=${(one: string) => one} estimate=${36} render=${(one: string) => html`<div class="sample-line">${one}</div>`} label="Ten thousand runs" /></div>`}
  </section>`;
}

/** The pieces. */
export function StateSamples(): VNode {
  const none = (): void => {};
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  return html`
    <${Sample} title="Loading" note="Shapes of the size of what comes, so that nothing jumps." render=${(scheme: Scheme) => html`<${Skeleton} label=${`An example of loading, ${scheme}`} rows=${2} />`} />
    <${Sample} title="Empty" note="Says why, and what to do about it." render=${() => html`<${Notice} icon="file" title="No reports yet"><p>A report is listed here as soon as a run is ready for review.</p><//>`} />
    <${Sample} title="Failed" note="Only where nothing could be shown instead." render=${() => html`<${LoadProblem} problem=${FAILED} retry=${none} />`} />
    <${Sample} title="Stale" note="What was there stays, with its age." render=${() => html`<${Stale} problem=${FAILED} at=${Date.parse(hourAgo)} retry=${none} />`} />
    <${Sample} title="Forbidden" note="Says whom to ask." render=${() => html`<${Forbidden} detail="It takes an approver or an admin of this Business Unit." />`} />
    <${Sample} title="Panel" note="A titled part of a page." render=${(scheme: Scheme) => html`<${Panel} id=${`panel-${scheme}`} title=${`Waits for a person (${scheme})`}><p class="none">Nothing waits.</p><//>`} />
    <${Sample} title="Times" note="Ages and moments are in the reader's zone, the exact UTC is on hover. A day belongs to the zone of its source." render=${() => html`<${Row}><${Age} at=${hourAgo} /><${Moment} at=${hourAgo} /><${Day} day=${hourAgo.slice(0, 10)} /><//>`} />
    <${Sample} title="Text of others" note="Ends up as text, whatever it contains, and does not turn the words around it." render=${() => html`<p><${Foreign} text="<b>Plunkett</b> ‮reversed" /></p>`} />
    <${LongList} />`;
}
