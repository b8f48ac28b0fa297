/** A project: its sections with their tasks, and the form for a new one. */
import type { SimReply } from "../../kit/upstream.ts";
import { PROJECTS, USERS } from "../../seed.ts";
import { tasksOfSection } from "../placement.ts";
import type { ProjectRecord, SectionRecord, TaskRecord } from "../records.ts";
import { customFieldsOf } from "../views-places.ts";
import type { World } from "../world.ts";
import { taskControls } from "./controls.ts";
import { html, type Markup } from "./html.ts";
import { avatar, type PageContext, page } from "./layout.ts";

/** The page of a project. */
export function projectPage(context: PageContext, project: ProjectRecord): SimReply {
  const { world } = context;
  const sections = project.sections.flatMap((gid) => world.sections.get(gid) ?? []);
  const main = html`<h1>${project.name}</h1>
${newTaskForm(context, project)}
<div data-live="tasks">${sections.map((section) => sectionMarkup(world, section))}</div>`;
  return page(context, { title: project.name, path: `/asana/projects/${project.gid}`, project: project.gid, main });
}

function sectionMarkup(world: World, section: SectionRecord): Markup {
  const tasks = tasksOfSection(world, section.gid);
  const rows =
    tasks.length === 0
      ? html`<p class="quiet empty">No tasks here.</p>`
      : html`<ul class="tasks">${tasks.map((task) => taskRow(world, task))}</ul>`;
  return html`<section class="section"><h2>${section.name} <span class="quiet count">${tasks.length}</span></h2>${rows}</section>`;
}

function taskRow(world: World, task: TaskRecord): Markup {
  const assignee = task.assignee === null ? undefined : world.users.get(task.assignee);
  const comments = world.stories.group(task.gid).filter((story) => story.type === "comment").length;
  const chips = customFieldsOf(world, task).flatMap((field) => {
    const value = task.customFields[field.gid];
    if (value === undefined) return [];
    return [html`<span class="chip">${field.options.find(({ gid }) => gid === value)?.name ?? value}</span>`];
  });
  return html`<li class="${task.completed ? "done" : "open"}">
  <span class="tick" aria-hidden="true">${task.completed ? "✓" : ""}</span>
  <a class="name" href="/asana/tasks/${task.gid}">${task.name === "" ? "Untitled task" : task.name}</a>
  ${task.completed && html`<span class="unseen">completed</span>`}
  ${(chips.length > 0 || comments > 0) && html`<span class="chips">${chips}${comments > 0 && html` <span class="quiet small">${comments} ${comments === 1 ? "comment" : "comments"}</span>`}</span>`}
  <span class="who">${avatar(world, task.assignee)}<span class="small">${assignee?.name ?? "Unassigned"}</span></span>
</li>`;
}

function newTaskForm({ world, typed, refusal, actor }: PageContext, project: ProjectRecord): Markup {
  const fields = project.customFields.flatMap((gid) => world.customFields.get(gid) ?? []);
  const values = {
    name: typed.name ?? "",
    notes: typed.notes ?? "",
    fields: Object.fromEntries(fields.map(({ gid }) => [gid, typed[`field-${gid}`] ?? ""])),
  };
  const isIntake = project.gid === PROJECTS.intake.gid;
  return html`<details class="card"${refusal === null ? null : html` open`}>
<summary>${isIntake ? "New request" : "New task"}</summary>
<form method="post" action="/asana/projects/${project.gid}/tasks">
${taskControls("new", values, fields)}
<p class="actions"><label class="check"><input type="checkbox" name="assignee" value="${USERS.jessie.gid}"${isIntake ? html` checked` : null}> Assign to Jessie</label>
<button class="primary">Create as ${actor.name}</button></p>
</form></details>`;
}
