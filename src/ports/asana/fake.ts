/** An Asana in memory, with the rules of the real one that callers depend on. */
import { ConfigError, PermanentError } from "../../core/errors.ts";
import { isGid } from "../../core/ids.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { AsanaAttachment, AsanaComment, AsanaPort, AsanaTask, AsanaUser } from "./port.ts";
import { plainText, richTextProblem } from "./rich-text.ts";

export interface FakeAsanaScript {
  /** Whose token the port uses. */
  readonly me?: AsanaUser;
  readonly tasks?: readonly (Partial<AsanaTask> & { readonly gid: string })[];
  /** Projects that exist although no task is in them. */
  readonly projectGids?: readonly string[];
  readonly now?: () => Date;
}

/** The port, and the hands of everybody else in Asana. */
export interface FakeAsana extends AsanaPort {
  readonly faults: FaultScript<keyof AsanaPort>;
  /** Creates a task or changes the given fields of one. */
  putTask(task: Partial<AsanaTask> & { readonly gid: string }): AsanaTask;
  removeTask(gid: string): void;
  /** A comment of another person. */
  commentAs(
    author: { readonly gid: string; readonly name: string },
    taskGid: string,
    text: string,
    createdAt?: string,
  ): AsanaComment;
  removeComment(gid: string): void;
  removeAttachment(gid: string): void;
  /** What was attached, by attachment gid. */
  readonly files: ReadonlyMap<string, StoredFile>;
  /** The task as it lies there, without a call; null when it is gone. */
  peek(gid: string): AsanaTask | null;
  /** Every comment as it lies there, without a call, also of a task that is gone. */
  commentsOn(taskGid: string): readonly AsanaComment[];
}

export interface StoredFile {
  readonly taskGid: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

const JESSIE: AsanaUser = { gid: "10", name: "Jessie", email: null };

/** A fake with the given world. Times come from `now`, by default a clock that stands still. */
export function fakeAsana(script: FakeAsanaScript = {}): FakeAsana {
  const me = script.me ?? JESSIE;
  const faults = faultScript<keyof AsanaPort>();
  const now = script.now ?? (() => new Date("2026-11-02T09:00:00.000Z"));
  const world = fakeWorld(now, script.projectGids ?? []);
  for (const task of script.tasks ?? []) world.putTask(task);
  const { putTask, files, tasks } = world;
  const seen: Pick<FakeAsana, "peek" | "commentsOn"> = {
    peek: (gid) => tasks.get(gid) ?? null,
    commentsOn: (taskGid) => commentsOf(world, taskGid),
  };
  return { ...world.hands, ...seen, faults, putTask, files, ...portOver(world, me, faults) };
}

type World = ReturnType<typeof fakeWorld>;

function fakeWorld(now: () => Date, projectGids: readonly string[]) {
  const tasks = new Map<string, AsanaTask>();
  const comments = new Map<string, AsanaComment & { readonly taskGid: string }>();
  const files = new Map<string, StoredFile>();
  const projects = new Set(projectGids);
  let lastGid = 900_000;
  const nextGid = () => String(++lastGid);

  function putTask(change: Partial<AsanaTask> & { readonly gid: string }): AsanaTask {
    const task = { ...(tasks.get(change.gid) ?? emptyTask(change.gid)), modifiedAt: now().toISOString(), ...change };
    for (const gid of task.projectGids) projects.add(gid);
    tasks.set(task.gid, task);
    return task;
  }

  function addComment(taskGid: string, comment: Omit<AsanaComment, "gid">): AsanaComment {
    const gid = nextGid();
    const stored = { gid, ...comment };
    comments.set(gid, { ...stored, taskGid });
    return stored;
  }

  const hands: Pick<FakeAsana, "removeTask" | "commentAs" | "removeComment" | "removeAttachment"> = {
    removeTask: (gid) => void tasks.delete(gid),
    removeComment: (gid) => void comments.delete(gid),
    removeAttachment: (gid) => void files.delete(gid),
    commentAs: (author, taskGid, text, createdAt = now().toISOString()) => {
      const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      const htmlText = `<body>${escaped}</body>`;
      return addComment(taskGid, { text, htmlText, authorGid: author.gid, authorName: author.name, createdAt });
    },
  };
  return { tasks, comments, files, projects, nextGid, putTask, addComment, hands, now };
}

function emptyTask(gid: string): AsanaTask {
  return {
    gid,
    name: "",
    notes: "",
    completed: false,
    assigneeGid: null,
    createdBy: null,
    projectGids: [],
    customFields: [],
    permalinkUrl: `https://app.asana.com/0/0/${gid}`,
    modifiedAt: "",
  };
}

function portOver(world: World, me: AsanaUser, faults: FaultScript<keyof AsanaPort>): AsanaPort {
  const { run } = faults;
  return {
    me: () => run("me", [], () => me),
    task: (gid) => run("task", [gid], () => world.tasks.get(ref(gid)) ?? null),
    comments: (gid) =>
      run("comments", [gid], () => {
        if (!world.tasks.has(ref(gid))) return null;
        return commentsOf(world, gid);
      }),
    postComment: (gid, html) =>
      run("postComment", [gid, html], () => {
        mustExist(world, gid);
        const own = { authorGid: me.gid, authorName: me.name, createdAt: world.now().toISOString() };
        return world.addComment(gid, { ...checkedText(html), ...own });
      }),
    editComment: (gid, html) => run("editComment", [gid, html], () => editComment(world, me, gid, html)),
    attachments: (gid) =>
      run("attachments", [gid], () => {
        mustExist(world, gid);
        return [...world.files].filter(([, file]) => file.taskGid === gid).map(toAttachment);
      }),
    attach: (gid, file) =>
      run("attach", [gid, file], () => {
        mustExist(world, gid);
        const stored: StoredFile = { taskGid: gid, ...file, bytes: file.bytes.slice() };
        const attachmentGid = world.nextGid();
        world.files.set(attachmentGid, stored);
        return toAttachment([attachmentGid, stored]);
      }),
    download: (gid) => run("download", [gid], () => world.files.get(ref(gid))?.bytes.slice() ?? null),
    openTasks: (gid) =>
      run("openTasks", [gid], () => {
        if (!world.projects.has(ref(gid))) throw notFound(`project ${gid}`);
        return [...world.tasks.values()]
          .filter((task) => !task.completed && task.projectGids.includes(gid))
          .map((task) => ({ gid: task.gid, assigneeGid: task.assigneeGid, modifiedAt: task.modifiedAt }));
      }),
  };
}

function editComment(world: World, me: AsanaUser, gid: string, html: string): "edited" | "gone" {
  const found = world.comments.get(ref(gid));
  if (found === undefined) return "gone";
  if (found.authorGid !== me.gid) {
    throw new ConfigError("asana_unauthorised", "Asana lets nobody edit another person's comment.");
  }
  world.comments.set(gid, { ...found, ...checkedText(html) });
  return "edited";
}

function checkedText(html: string): Pick<AsanaComment, "text" | "htmlText"> {
  const problem = richTextProblem(html);
  if (problem !== null)
    throw new PermanentError("asana_bad_request", `Asana was sent a comment it refuses: ${problem}`);
  return { htmlText: html, text: plainText(html) };
}

function commentsOf(world: World, taskGid: string): readonly AsanaComment[] {
  return [...world.comments.values()].filter((entry) => entry.taskGid === taskGid).map(withoutTask);
}

function withoutTask({ taskGid: _, ...comment }: AsanaComment & { readonly taskGid: string }): AsanaComment {
  return comment;
}

function toAttachment([gid, file]: readonly [string, StoredFile]): AsanaAttachment {
  return { gid, name: file.name, size: file.bytes.byteLength };
}

function ref(gid: string): string {
  if (!isGid(gid)) throw new PermanentError("asana_bad_gid", "An Asana gid must be digits.");
  return gid;
}

function mustExist(world: World, taskGid: string): void {
  if (!world.tasks.has(ref(taskGid))) throw notFound(`task ${taskGid}`);
}

function notFound(what: string): PermanentError {
  return new PermanentError("asana_not_found", `There is no Asana ${what}.`);
}
