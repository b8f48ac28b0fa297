/** The web page: play the consultant in a browser. Forms call the same functions as the API, so webhooks fire. */
import { randomUUID } from "node:crypto";
import { Refusal } from "../../kit/reply.ts";
import type { SimReply, SimRequest, SimRoute } from "../../kit/upstream.ts";
import { PROJECTS } from "../../seed.ts";
import { found } from "../refusals.ts";
import { addComment } from "../stories.ts";
import { createTask, updateTask } from "../tasks.ts";
import { customFieldsOf } from "../views-places.ts";
import type { World } from "../world.ts";
import { normalised, readControls } from "./controls.ts";
import { filePage, staticFile } from "./files.ts";
import { html } from "./html.ts";
import { type PageContext, page, playable } from "./layout.ts";
import { projectPage } from "./project.ts";
import { taskPage } from "./task.ts";

type PageHandler = (context: PageContext, gid: string, request: SimRequest) => SimReply;

/** All routes of the page. */
export function pageRoutes(world: World): readonly SimRoute[] {
  // A restart counts as a change, so that an open page shows the new world.
  const boot = randomUUID();
  const version = () => `${boot}.${world.version()}`;
  const show = (pattern: string, handler: PageHandler): SimRoute => ({
    method: "GET",
    pattern,
    quiet: true,
    handler: (request) =>
      orMissing(() => handler(contextOf(world, version(), request), request.params.gid ?? "", request)),
  });
  const act = (pattern: string, back: PageHandler, work: PageHandler): SimRoute => ({
    method: "POST",
    pattern,
    quiet: true,
    handler: (request) => orMissing(() => attempt(contextOf(world, version(), request), request, back, work)),
  });
  const projectOf: PageHandler = (context, gid) => projectPage(context, found(world.projects.get(gid), "project", gid));
  const taskOf: PageHandler = (context, gid) => taskPage(context, found(world.tasks.get(gid), "task", gid));
  return [
    show("/", () => redirect("/asana/")),
    show("/asana", () => redirect("/asana/")),
    show("/asana/", () => redirect(`/asana/projects/${PROJECTS.intake.gid}`)),
    show("/asana/version", () => ({
      status: 200,
      headers: { "Cache-Control": "no-store" },
      body: { version: version() },
    })),
    show("/asana/static/:gid", (context, name) => staticFile(name) ?? missing(context)),
    show("/asana/files/:gid", (context, gid, request) => {
      const attachment = found(world.attachments.get(gid), "attachment", gid);
      return filePage(world, attachment, request.query.has("download")) ?? missing(context);
    }),
    show("/asana/projects/:gid", projectOf),
    show("/asana/tasks/:gid", taskOf),
    act("/asana/acting", projectOf, actAs),
    act("/asana/projects/:gid/tasks", projectOf, create),
    act("/asana/tasks/:gid", taskOf, edit),
    act("/asana/tasks/:gid/assign", taskOf, (context, gid, request) =>
      change(context, gid, { assignee: formOf(request).get("assignee") || null }),
    ),
    act("/asana/tasks/:gid/complete", taskOf, (context, gid, request) =>
      change(context, gid, { completed: formOf(request).get("completed") === "true" }),
    ),
    act("/asana/tasks/:gid/comment", taskOf, comment),
  ];
}

function contextOf(world: World, version: string, request: SimRequest): PageContext {
  const wanted = /(?:^|;\s*)acting=(\d+)/.exec(request.headers.cookie ?? "")?.[1];
  const people = playable(world);
  const actor = people.find((user) => user.gid === wanted) ?? people[0];
  if (actor === undefined) throw new Error("the world has nobody to play");
  return { world, actor, version, refusal: null, typed: {} };
}

/** A form that is refused comes back with the reason and with what was typed. */
function attempt(context: PageContext, request: SimRequest, back: PageHandler, work: PageHandler): SimReply {
  const gid = request.params.gid ?? "";
  try {
    return work(context, gid, request);
  } catch (error) {
    if (!(error instanceof Refusal) || error.reply.status === 404) throw error;
    const typed = Object.fromEntries(formOf(request));
    return back({ ...context, refusal: reasonOf(error), typed }, gid, request);
  }
}

/** Records that are gone answer a page instead of the API's JSON. */
function orMissing(work: () => SimReply): SimReply {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      status: error.reply.status,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
      body: reasonOf(error),
    };
  }
}

function reasonOf({ reply: { body } }: Refusal): string {
  const errors = typeof body === "object" && body !== null && "errors" in body ? body.errors : [];
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return typeof first === "object" && first !== null && "message" in first ? String(first.message) : "Refused";
}

function missing(context: PageContext): SimReply {
  const main = html`<h1>Not here</h1><p>There is nothing at this address. <a href="/asana/">Back to the intake project</a></p>`;
  return { ...page(context, { title: "Not here", path: "/asana/", project: null, main }), status: 404 };
}

/** 303, so that a reload does not send the form again. */
function redirect(path: string, headers: Readonly<Record<string, string>> = {}): SimReply {
  return { status: 303, headers: { Location: path, "Cache-Control": "no-store", ...headers } };
}

function formOf(request: SimRequest): URLSearchParams {
  return new URLSearchParams(request.body.toString("utf8"));
}

function actAs({ world }: PageContext, _gid: string, request: SimRequest): SimReply {
  const form = formOf(request);
  const user = playable(world).find(({ gid }) => gid === form.get("user"));
  const back = form.get("back") ?? "";
  // Only our own pages: the field comes from the browser and must not become a redirect to anywhere.
  const path = /^\/asana\/(projects|tasks)\/\d+$/.test(back) ? back : "/asana/";
  if (user === undefined) return redirect(path);
  return redirect(path, { "Set-Cookie": `acting=${user.gid}; Path=/; HttpOnly; SameSite=Strict` });
}

function create({ world, actor }: PageContext, gid: string, request: SimRequest): SimReply {
  const project = found(world.projects.get(gid), "project", gid);
  const form = formOf(request);
  const fields = project.customFields.flatMap((field) => world.customFields.get(field) ?? []);
  const input = { ...readControls(form, fields), assignee: form.get("assignee") };
  const task = createTask(world, actor, input, [{ project: gid }]);
  return redirect(`/asana/tasks/${task.gid}`);
}

function edit(context: PageContext, gid: string, request: SimRequest): SimReply {
  const task = found(context.world.tasks.get(gid), "task", gid);
  const input = readControls(formOf(request), customFieldsOf(context.world, task));
  // Saving a form must not flatten a rich description nobody touched.
  const { notes, ...rest } = input;
  return change(context, gid, notes === task.notes ? rest : input);
}

function change({ world, actor }: PageContext, gid: string, input: Parameters<typeof updateTask>[3]): SimReply {
  updateTask(world, actor, found(world.tasks.get(gid), "task", gid), input);
  return redirect(`/asana/tasks/${gid}`);
}

function comment({ world, actor }: PageContext, gid: string, request: SimRequest): SimReply {
  const text = normalised(formOf(request).get("text") ?? "").trim();
  addComment(world, actor, found(world.tasks.get(gid), "task", gid), { text });
  return redirect(`/asana/tasks/${gid}#say`);
}
