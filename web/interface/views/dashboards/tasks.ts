/** Work the client may see: what is open, what was done. */
import type { VNode } from "preact";
import type { DashboardView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { Notice } from "../notices.ts";
import { Foreign, OutLink, Panel } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { Day } from "../ui/time.ts";

type Task = DashboardView["tasks"][number];

function When({ task, today }: { task: Task; today: string }): VNode | null {
  if (task.completedAt !== null)
    return html`<span class="work-when">Done <${Day} day=${task.completedAt.slice(0, 10)} /></span>`;
  if (task.dueOn === null) return null;
  const late = task.dueOn < today;
  return html`<span class="work-when">${late && html`<${Badge} tone="bad">Overdue<//>`} Due <${Day} day=${task.dueOn} /></span>`;
}

function TaskRow({ task, today }: { task: Task; today: string }): VNode {
  const name = html`<${Foreign} text=${task.name} />`;
  return html`<li class="work">
    <span class="work-name">${task.permalink === null ? name : html`<${OutLink} href=${task.permalink}>${name}<//>`}</span>
    ${task.section !== null && html`<span class="work-section"><${Foreign} text=${task.section} /></span>`}
    <${When} task=${task} today=${today} />
  </li>`;
}

function Group({
  id,
  title,
  tasks,
  today,
}: {
  id: string;
  title: string;
  tasks: readonly Task[];
  today: string;
}): VNode {
  return html`<${Panel} id=${id} title=${title} aside=${html`<span class="panel-aside muted">${tasks.length}</span>`}>
    ${tasks.length === 0 ? html`<p class="none">None.</p>` : html`<ul class="works">${tasks.map((task) => html`<${TaskRow} key=${task.taskGid} task=${task} today=${today} />`)}</ul>`}
  <//>`;
}

/** Tasks flagged in Asana as visible to the client. */
export function Tasks({ feed }: { feed: DashboardView }): VNode {
  const today = feed.preparedAt.slice(0, 10);
  if (feed.tasks.length === 0)
    return html`<${Notice} icon="check" title="No task is shown to the client"><p>Tasks appear here once they are flagged as visible to the client in Asana.</p><//>`;
  const open = feed.tasks.filter((task) => task.completedAt === null);
  const done = feed.tasks.filter((task) => task.completedAt !== null);
  return html`<div class="works-page">
    <${Group} id="work-open" title="Open" tasks=${open} today=${today} />
    <${Group} id="work-done" title="Done" tasks=${done} today=${today} />
  </div>`;
}
