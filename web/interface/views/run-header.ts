/** The head of a run's page: what it is, where it stands, and what a person can do about it. */
import type { VNode } from "preact";
import type { RunDetail } from "../../../src/core/wire.ts";
import type { Api } from "../api.ts";
import { html } from "../html.ts";
import type { Link } from "../state/live-link.ts";
import { dayRange } from "../state/time.ts";
import { skillWords, standingWords } from "../state/words.ts";
import { Icon } from "./icons.ts";
import { LinkMark } from "./link-state.ts";
import { Age, Foreign, OutLink, Pill } from "./parts.ts";
import { RunActions } from "./run-actions.ts";

function Fact({ name, children }: { name: string; children?: unknown }): VNode {
  return html`<div class="fact"><dt>${name}</dt><dd>${children}</dd></div>`;
}

/** Client, skill, period and comparison in one row; before the brief exists, what is known of them. */
function Facts({ run }: { run: RunDetail }): VNode {
  const { brief } = run;
  const skill = brief?.skillTitle ?? (run.skill === null ? null : skillWords(run.skill));
  const client = brief?.clientName ?? run.clientName;
  return html`<dl class="facts">
    <${Fact} name="Client">${client === null ? "Not known yet" : html`<${Foreign} text=${client} />`}<//>
    <${Fact} name="Skill">${skill ?? "Not known yet"}<//>
    ${
      brief !== null &&
      html`<${Fact} name="Period"><span title=${dayRange(brief.period.start, brief.period.end)}>${brief.period.label}</span><//>`
    }
    ${brief !== null && html`<${Fact} name="Compared with">${brief.comparison}<//>`}
    ${run.requester !== null && html`<${Fact} name="Asked by"><${Foreign} text=${run.requester} /><//>`}
    <${Fact} name="Started"><${Age} at=${run.createdAt} /><//>
  </dl>`;
}

/** Title, status, facts and actions. */
export function RunHeader({ run, link, api }: { run: RunDetail; link: Link; api: Api }): VNode {
  return html`<header class="run-head">
    <nav aria-label="Breadcrumb" class="crumbs"><a href="/runs"><${Icon} name="back" />Runs</a></nav>
    <div class="run-title">
      <h1><${Foreign} text=${run.title} /></h1>
      <div class="run-state"><${Pill} words=${standingWords(run)} />${run.copy && html`<${Pill} words=${{ label: "Copy", tone: "idle" }} />`}<${LinkMark} link=${link} /></div>
    </div>
    <${Facts} run=${run} />
    <div class="run-tools">
      ${run.taskUrl !== null && html`<${OutLink} href=${run.taskUrl}>Open the task in Asana<//>`}
      <${RunActions} run=${run} api=${api} />
    </div>
  </header>`;
}
