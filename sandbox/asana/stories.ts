/** Comments and system stories. */
import { emit, reference, scopesOf } from "./events.ts";
import type { StoryRecord, TaskRecord, UserRecord } from "./records.ts";
import { badRequest, forbidden } from "./refusals.ts";
import {
  COMMENT_TAGS,
  mapNodes,
  parseRichText,
  plainAsHtml,
  type RichNode,
  textOf,
  writeRichText,
} from "./rich-text.ts";
import type { World } from "./world.ts";

/** What a comment says: plain text or rich text, never both. */
export interface CommentInput {
  readonly text?: string | undefined;
  readonly html_text?: string | undefined;
  readonly is_pinned?: boolean | undefined;
}

/** Posts a comment; its author follows the task from then on. Comments do not move `modified_at`. */
export function addComment(world: World, actor: UserRecord, task: TaskRecord, input: CommentInput): StoryRecord {
  const words = wordsOf(world, input);
  if (words === null) throw badRequest("text: Missing input");
  return world.change(() => {
    if (!task.followers.includes(actor.gid)) world.tasks.put({ ...task, followers: [...task.followers, actor.gid] });
    return addStory(world, task, {
      type: "comment",
      subtype: "comment_added",
      ...words,
      createdBy: actor.gid,
      pinned: input.is_pinned ?? false,
    });
  });
}

/** Changes one's own comment. System stories and other people's comments are refused. */
export function editComment(world: World, actor: UserRecord, story: StoryRecord, input: CommentInput): StoryRecord {
  const words = wordsOf(world, input);
  if (words !== null && story.type !== "comment") throw badRequest("text: Only comment stories can be edited");
  if (words !== null && story.createdBy !== actor.gid) throw forbidden("You can only edit your own comments");
  const pinned = input.is_pinned ?? story.pinned;
  return world.change(() => {
    const edited = { ...story, ...words, pinned, edited: story.edited || words !== null };
    world.stories.put(edited);
    const task = world.tasks.get(story.task);
    if (words !== null && task !== undefined) {
      emit(world, {
        user: actor.gid,
        action: "changed",
        resource: reference.story(story.gid, story.subtype),
        change: { field: "text", action: "changed" },
        scopes: scopesOf(task),
      });
    }
    return edited;
  });
}

/** Deletes one's own comment. */
export function deleteComment(world: World, actor: UserRecord, story: StoryRecord): void {
  if (story.type !== "comment" || story.createdBy !== actor.gid)
    throw forbidden("You can only delete your own comments");
  world.change(() => {
    world.stories.remove(story.gid);
    const task = world.tasks.get(story.task);
    if (task === undefined) return;
    const resource = reference.story(story.gid, story.subtype);
    emit(world, {
      user: actor.gid,
      action: "removed",
      resource,
      parent: reference.task(task.gid),
      scopes: scopesOf(task),
    });
    emit(world, { user: actor.gid, action: "deleted", resource, scopes: scopesOf(task) });
  });
}

/** What `addStory` needs besides the task; absent fields are empty. */
export interface StoryDraft {
  readonly type: StoryRecord["type"];
  readonly subtype: string;
  readonly text: string;
  readonly html: string;
  readonly createdBy: string;
  readonly pinned?: boolean;
  readonly assignee?: string;
  readonly project?: string;
}

/** Stores a story and its event, inside a change. `scopes` when the task no longer says who watches. */
export function addStory(world: World, task: TaskRecord, draft: StoryDraft, scopes = scopesOf(task)): StoryRecord {
  const story: StoryRecord = {
    gid: world.newGid(),
    task: task.gid,
    createdAt: world.now(),
    edited: false,
    pinned: false,
    assignee: null,
    project: null,
    ...draft,
  };
  world.stories.put(story);
  emit(world, {
    user: draft.createdBy,
    action: "added",
    resource: reference.story(story.gid, story.subtype),
    parent: reference.task(task.gid),
    scopes,
  });
  return story;
}

/** A system story in plain words, e.g. "Maya assigned this task to Jessie". */
export function addSystemStory(
  world: World,
  task: TaskRecord,
  draft: { subtype: string; text: string; createdBy: string; assignee?: string; project?: string },
): StoryRecord {
  return addStory(world, task, { type: "system", html: plainAsHtml(draft.text), ...draft });
}

/** Text and rich text of a comment; null when the input has neither. */
function wordsOf(world: World, input: CommentInput): { text: string; html: string } | null {
  if (input.text !== undefined && input.html_text !== undefined) {
    throw badRequest("html_text: Cannot be set together with text");
  }
  if (input.html_text !== undefined) {
    const tree = mapNodes(parseRichText(input.html_text, "html_text", COMMENT_TAGS), (node) =>
      nameMention(world, node),
    );
    return { text: textOf(tree), html: writeRichText(tree) };
  }
  if (input.text === undefined) return null;
  if (input.text.trim() === "") throw badRequest("text: Must not be empty");
  return { text: input.text, html: plainAsHtml(input.text) };
}

/** A mention shows the person's name, unless its own text is to stay. */
function nameMention(world: World, node: RichNode): RichNode {
  if (node.kind === "text" || node.tag !== "a" || node.attributes["data-asana-dynamic"] === "false") return node;
  const gid = node.attributes["data-asana-gid"];
  if (gid === undefined) return node;
  const name = world.users.get(gid)?.name ?? world.tasks.get(gid)?.name ?? world.projects.get(gid)?.name;
  if (name === undefined)
    throw badRequest(`html_text: XML is invalid: <a> points at the unknown object ${gid.slice(0, 40)}`);
  return { ...node, children: [{ kind: "text", text: world.users.get(gid) === undefined ? name : `@${name}` }] };
}
