/** `/ops/actors/:kind/:name`: one actor from the inside, and what an operator can make it do. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useRoute } from "preact-iso/router";
import type { Problem } from "../../../src/core/wire.ts";
import type { RunAction } from "../../../src/core/wire-ops.ts";
import type { Api } from "../api.ts";
import { askActor, inspect } from "../api-ops.ts";
import { html } from "../html.ts";
import { type Cell, isCopy, nameWords, type Section, sectionsOf } from "../state/actor-view.ts";
import { actionWords } from "../state/words.ts";
import { usePageTitle } from "./follow.ts";
import { Icon } from "./icons.ts";
import { LoadProblem, Notice } from "./notices.ts";
import { Age, Foreign, Panel, Skeleton } from "./parts.ts";
import { ReasonDialog } from "./reason-dialog.ts";

const OFFERED: readonly RunAction[] = [
  "release-lease",
  "requeue",
  "fire-timers",
  "flush-outbox",
  "reproject",
  "cancel",
];

interface Actor {
  readonly kind: string;
  readonly name: string;
}

function Value({ cell }: { cell: Cell }): VNode {
  return cell.at === null ? html`<${Foreign} text=${cell.text} />` : html`<${Age} at=${cell.at} />`;
}

function SectionView({ section, index }: { section: Section; index: number }): VNode {
  const id = `section-${index}`;
  if (section.kind === "facts") {
    return html`<${Panel} id=${id} title=${section.title}>
      ${section.facts.length === 0 && html`<p class="none">Nothing</p>`}
      <dl class="inside">${section.facts.map(([name, cell]) => html`<div key=${name}><dt>${name}</dt><dd><${Value} cell=${cell} /></dd></div>`)}</dl>
    <//>`;
  }
  if (section.rows.length === 0) return html`<${Panel} id=${id} title=${section.title}><p class="none">Nothing</p><//>`;
  return html`<${Panel} id=${id} title=${section.title} aside=${html`<span class="panel-aside muted">${section.rows.length + section.more}</span>`}>
    <div class="table-box" tabindex="0" role="group" aria-labelledby=${id}>
      <table><thead><tr>${section.columns.map((column) => html`<th key=${column} scope="col">${nameWords(column)}</th>`)}</tr></thead>
        <tbody>${section.rows.map((row, n) => html`<tr key=${n}>${row.map((cell, at) => html`<td key=${at}><${Value} cell=${cell} /></td>`)}</tr>`)}</tbody>
      </table>
    </div>
    ${section.more > 0 && html`<p class="muted">and ${section.more} more</p>`}
  <//>`;
}

interface ActionsProps {
  readonly api: Api;
  readonly actor: Actor;
  readonly changed: () => void;
}

function Actions({ api, actor, changed }: ActionsProps): VNode {
  const [asking, setAsking] = useState<RunAction | null>(null);
  const [said, setSaid] = useState<{ readonly done: boolean; readonly text: string } | null>(null);
  const send = async (action: RunAction, reason: string): Promise<void> => {
    const reply = await askActor(api, actor, action, reason);
    const { label } = actionWords(action);
    setSaid(reply.ok ? { done: true, text: `${label}: done.` } : { done: false, text: reply.problem.detail });
    if (reply.ok) changed();
  };
  return html`<div class="actor-actions">
    <div class="actor-buttons">${OFFERED.map((action) => html`<button key=${action} type="button" class="button button-small" onClick=${() => setAsking(action)}>${actionWords(action).label}</button>`)}</div>
    <p role="status" class="muted">${said?.done === true && said.text}</p>
    ${said?.done === false && html`<p class="inline-problem" role="alert"><${Icon} name="alert" /><span><strong>Not done.</strong> ${said.text}</span></p>`}
    ${
      asking !== null &&
      html`<${ReasonDialog} title=${`${actionWords(asking).label}?`} confirm=${actionWords(asking).label} danger=${asking === "cancel"} reason="needed"
        close=${() => setAsking(null)} done=${(reason: string) => void send(asking, reason)}><p>${actionWords(asking).does}</p><//>`
    }
  </div>`;
}

/** What the reader came for stands first. */
const ORDER = ["Actor", "State", "Lease", "Execution", "Timers", "Outbox", "Parked", "Journal", "Rounds", "Events"];

function inOrder(sections: readonly Section[]): readonly Section[] {
  const place = (section: Section): number => (ORDER.indexOf(section.title) + ORDER.length + 1) % (ORDER.length + 1);
  return [...sections].sort((a, b) => place(a) - place(b));
}

function runPage(actor: Actor): VNode | null {
  if (actor.kind !== "team-agent-run") return null;
  return html`<a href=${`/runs/${encodeURIComponent(`tar_${actor.name}`)}`}>See the run</a>`;
}

/** The page. */
export default function ActorPage({ api }: { api: Api }): VNode {
  const { params } = useRoute();
  const actor = { kind: params.kind ?? "", name: params.name ?? "" };
  usePageTitle(`Actor ${actor.name}`);
  const [told, setTold] = useState<Record<string, unknown> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const load = async (): Promise<void> => {
    const reply = await inspect(api, actor.kind, actor.name);
    setProblem(reply.ok ? null : reply.problem);
    if (reply.ok) setTold(reply.value);
  };
  useEffect(() => {
    void load();
  }, [actor.kind, actor.name]);
  const missing = problem?.status === 404;
  return html`<div class="page">
    <nav aria-label="Breadcrumb" class="crumbs"><a href="/ops"><${Icon} name="back" />Ops</a></nav>
    <header class="page-head actor-head">
      <div><h1>Actor <${Foreign} text=${actor.name} /></h1><p class="page-lead"><${Foreign} text=${nameWords(actor.kind.replaceAll("-", " "))} />${told !== null && html` · ${runPage(actor)}`}</p></div>
      ${told !== null && html`<button type="button" class="button" onClick=${() => void load()}><${Icon} name="retry" />Read again</button>`}
    </header>
    ${missing && html`<${Notice} icon="search" title="No such actor"><p>Nobody ever reported this to Agency OS.</p><//>`}
    ${problem !== null && !missing && html`<${LoadProblem} problem=${problem} retry=${() => void load()} />`}
    ${told === null && problem === null && html`<${Skeleton} label="Reading the actor" rows=${4} />`}
    ${
      told !== null &&
      html`${isCopy(told) ? html`<p class="none">A copy of another system's run: nothing here moves it, so nothing can be asked of it.</p>` : html`<${Actions} api=${api} actor=${actor} changed=${() => void load()} />`}
      <div class="inside-grid">${inOrder(sectionsOf(told)).map((section, index) => html`<${SectionView} key=${section.title} section=${section} index=${index} />`)}</div>`
    }
  </div>`;
}
