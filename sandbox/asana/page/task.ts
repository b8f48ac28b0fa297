/** A task: what is asked, what was said, what was attached. */
import type { SimReply } from "../../kit/upstream.ts";
import type { AttachmentRecord, StoryRecord, TaskRecord } from "../records.ts";
import { customFieldsOf } from "../views-places.ts";
import type { World } from "../world.ts";
import { taskControls } from "./controls.ts";
import { html, type Markup } from "./html.ts";
import { avatar, moment, type PageContext, page } from "./layout.ts";
import { plainMarkup, richMarkup } from "./rich.ts";

/** The page of a task. */
export function taskPage(context: PageContext, task: TaskRecord): SimReply {
  const { world } = context;
  const path = `/asana/tasks/${task.gid}`;
  const title = task.name === "" ? "Untitled task" : task.name;
  const main = html`<div data-live="head">${headMarkup(world, task, title)}</div>
<div class="controls" data-live="controls">${stateForms(world, task, path)}</div>
<div data-live="body">${bodyMarkup(world, task)}</div>
${editForm(context, task, path)}
<section aria-labelledby="files"><h2 id="files">Attachments</h2><div data-live="files">${filesMarkup(world, task)}</div></section>
<section aria-labelledby="talk"><h2 id="talk">Conversation</h2><ol class="feed" data-live="feed">${world.stories
    .group(task.gid)
    .map((story) => storyMarkup(world, story))}</ol>
${commentForm(context, path)}</section>`;
  return page(context, { title, path, project: task.memberships[0]?.project ?? null, main });
}

function headMarkup(world: World, task: TaskRecord, title: string): Markup {
  const places = task.memberships.map(
    ({ project, section }) =>
      html`<a href="/asana/projects/${project}">${world.projects.get(project)?.name}</a> <span class="quiet">/ ${world.sections.get(section)?.name}</span>`,
  );
  return html`<p class="crumb">${places.length === 0 ? html`<span class="quiet">In no project</span>` : places}</p>
<h1 class="${task.completed ? "done" : "open"}">${title}</h1>
${task.completed && html`<p class="badge">✓ Completed${task.completedAt === null ? null : html` ${moment(task.completedAt)}`}</p>`}`;
}

/** Assignee and completion: one button each, no typing. */
function stateForms(world: World, task: TaskRecord, path: string): Markup {
  const options = world.users
    .all()
    .map(
      (user) =>
        html`<option value="${user.gid}"${user.gid === task.assignee ? html` selected` : null}>${user.name}</option>`,
    );
  return html`<form method="post" action="${path}/assign" class="inline"><label for="assignee">Assignee</label>
<select id="assignee" name="assignee"><option value="">Nobody</option>${options}</select><button>Assign</button></form>
<form method="post" action="${path}/complete" class="inline"><input type="hidden" name="completed" value="${task.completed ? "false" : "true"}">
<button class="${task.completed ? "" : "primary"}">${task.completed ? "Reopen" : "Mark complete"}</button></form>`;
}

function bodyMarkup(world: World, task: TaskRecord): Markup {
  const fields = customFieldsOf(world, task).map((field) => {
    const value = task.customFields[field.gid];
    const shown = field.options.find(({ gid }) => gid === value)?.name ?? value;
    return html`<div><dt>${field.name}</dt><dd>${shown ?? html`<span class="quiet">empty</span>`}</dd></div>`;
  });
  return html`<dl class="facts">${fields}
<div><dt>Requested by</dt><dd>${world.users.get(task.createdBy)?.name} <span class="quiet">${moment(task.createdAt)}</span></dd></div></dl>
<div class="prose notes">${task.htmlNotes === null ? plainMarkup(task.notes) : richMarkup(task.htmlNotes)}</div>`;
}

function editForm({ world, typed }: PageContext, task: TaskRecord, path: string): Markup {
  const fields = customFieldsOf(world, task);
  const values = {
    name: typed.name ?? task.name,
    notes: typed.notes ?? task.notes,
    fields: Object.fromEntries(fields.map(({ gid }) => [gid, typed[`field-${gid}`] ?? task.customFields[gid] ?? ""])),
  };
  return html`<details class="card edit"><summary>Edit title, description and fields</summary>
<form method="post" action="${path}" data-live="edit">${taskControls("edit", values, fields)}
<p class="actions"><button class="primary">Save</button></p></form></details>`;
}

function filesMarkup(world: World, task: TaskRecord): Markup {
  const files = world.attachments.group(task.gid);
  if (files.length === 0) return html`<p class="quiet empty">Nothing attached yet.</p>`;
  return html`<ul class="files">${files.map((file) => fileRow(world, file))}</ul>`;
}

function fileRow(world: World, file: AttachmentRecord): Markup {
  return html`<li><a href="/asana/files/${file.gid}" target="_blank" rel="noopener">${file.name}</a>
<span class="quiet small">${readableSize(file.size)}, ${world.users.get(file.createdBy)?.name}, ${moment(file.createdAt)}</span>
<a class="small" href="/asana/files/${file.gid}?download=1" aria-label="Download ${file.name}">Download</a></li>`;
}

function readableSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function storyMarkup(world: World, story: StoryRecord): Markup {
  if (story.type === "system")
    return html`<li class="system">${story.text} <span class="when">${moment(story.createdAt)}</span></li>`;
  const author = world.users.get(story.createdBy)?.name ?? "Somebody";
  return html`<li class="comment">${avatar(world, story.createdBy)}<article aria-label="Comment by ${author}">
<p class="byline"><strong>${author}</strong> <span class="quiet small">${moment(story.createdAt)}${story.edited ? ", edited" : ""}</span></p>
<div class="prose">${richMarkup(story.html)}</div></article></li>`;
}

function commentForm({ actor, typed }: PageContext, path: string): Markup {
  return html`<form class="card say" method="post" action="${path}/comment">
<div class="field"><label for="say">Comment as ${actor.name}</label>
<textarea id="say" name="text" rows="3" required data-draft>
${typed.text ?? ""}</textarea></div>
<p class="actions"><button class="primary">Post comment</button></p></form>`;
}
